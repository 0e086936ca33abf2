import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, signedInUser } from '../../support/factories.ts';
import { openOnSocket } from '../../support/socket-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';
import { userStats } from './statistics-client.ts';

const REPLAY = 'id kind status total processed failed projection reason requestedBy { id } startedAt finishedAt error';
const REBUILD = `mutation ($name: String!, $reason: String) { rebuildProjection(name: $name, reason: $reason) {
  __typename ... on Error { code message } ... on RebuildProjectionPayload {
    replay { ${REPLAY} } projection { name status } events { type } } } }`;
const PROJECTIONS =
  '{ projections { name version status generation rebuild { status differences } handler { kind checkpoint } } }';

interface ShownReplay {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly processed: number;
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('an operator rebuilds the statistics, follows it to its end, and finds it in the list and the audit log', async () => {
  const { client, user } = app.admin;
  await createUser(client);
  const before = await waitFor(
    async () => {
      const stats = await userStats(client);
      return stats.totalUsers === 2 && stats;
    },
    { describe: 'the statistics' },
  );
  const { rebuildProjection } = await client.ask<{ rebuildProjection: { replay: ShownReplay } }>(REBUILD, {
    name: 'user_stats',
    reason: 'To be sure.',
  });
  expect(rebuildProjection).toMatchObject({
    __typename: 'RebuildProjectionPayload',
    replay: { kind: 'REBUILD', projection: 'user_stats', reason: 'To be sure.', requestedBy: { id: user.id } },
    projection: { name: 'user_stats' },
    events: [{ type: 'PROJECTION_REBUILD_REQUESTED' }],
  });

  const seen: ShownReplay[] = [];
  const ended = Promise.withResolvers<number | null>();
  await openOnSocket(
    client,
    {
      query: `subscription ($id: ID!) { replayProgress(id: $id) { ${REPLAY} } }`,
      variables: { id: rebuildProjection.replay.id },
    },
    {
      result: ({ data }) => void seen.push(data?.['replayProgress'] as ShownReplay),
      ended: (code) => ended.resolve(code),
    },
  );
  expect(await ended.promise).toBeNull();
  const last = seen.at(-1);
  expect(last).toMatchObject({ status: 'COMPLETED', failed: 0, error: null });
  expect(last?.processed).toBe(last?.total);

  const { replays } = await client.ask<{ replays: { edges: { node: ShownReplay }[]; totalCount: number } }>(
    '{ replays { totalCount edges { node { id status } } } }',
  );
  expect(replays).toEqual({ totalCount: 1, edges: [{ node: { id: last?.id, status: 'COMPLETED' } }] });
  expect(await client.ask(PROJECTIONS)).toMatchObject({
    projections: [
      { name: 'order_stats', version: 1, status: 'LIVE', generation: 1, rebuild: null },
      {
        name: 'user_stats',
        version: 1,
        status: 'LIVE',
        generation: 2,
        rebuild: { status: 'COMPLETED', differences: [] },
        handler: { kind: 'PROJECTION' },
      },
    ],
  });
  const { cursor: _, ...numbers } = await userStats(client);
  expect(before).toMatchObject(numbers);
  const audit = await waitFor(
    async () => {
      const { auditLogs } = await client.ask<{ auditLogs: { edges: { node: { action: string } }[] } }>(
        `{ auditLogs(filter: { resource: "Projection" }) { edges { node { action resourceId userId } } } }`,
      );
      return auditLogs.edges.length === 2 && auditLogs.edges.map(({ node }) => node);
    },
    { describe: 'the audit log' },
  );
  expect(audit).toEqual([
    { action: 'COMPLETE', resourceId: 'user_stats', userId: user.id },
    { action: 'REBUILD', resourceId: 'user_stats', userId: user.id },
  ]);
  expect(
    (await client.ask<{ node: object }>('query ($id: ID!) { node(id: $id) { __typename } }', { id: last?.id })).node,
  ).toEqual({
    __typename: 'Replay',
  });
});

test('one rebuild of a projection at a time; a cancelled one leaves what was', async () => {
  const { client } = app.admin;
  const pause =
    'mutation ($paused: Boolean!) { pauseHandler(name: "user_stats") @include(if: $paused) { __typename } }';
  await client.ask(pause, { paused: true });
  // Nobody works on it: as if all workers were busy.
  await app.sql(
    `insert into background_job (id, kind, subject, parameters, status, dry_run, requested_by, correlation_id, holder, lease_expires_at)
     values ('01a2095a-f686-7294-ae88-05e1da639557', 'REBUILD', 'order_stats', '{}', 'RUNNING', false, $1, 'c', gen_random_uuid(), now() + interval '1 hour')`,
    [app.admin.user.id],
  );
  expect(await client.ask(REBUILD, { name: 'order_stats' })).toMatchObject({
    rebuildProjection: { __typename: 'ConflictError', code: 'CONFLICT' },
  });
  const CANCEL = `mutation ($id: ID!) { cancelReplay(id: $id) { __typename ... on CancelReplayPayload { replay { status } events { type } } ... on Error { code } } }`;
  const id = '01a2095a-f686-7294-ae88-05e1da639557';
  expect(await client.ask(CANCEL, { id })).toEqual({
    cancelReplay: {
      __typename: 'CancelReplayPayload',
      replay: { status: 'CANCELLED' },
      events: [{ type: 'REPLAY_CANCELLED' }],
    },
  });
  expect(await client.ask(CANCEL, { id })).toMatchObject({ cancelReplay: { code: 'INVALID_STATE' } });
  expect(await client.ask(CANCEL, { id: app.admin.user.id })).toMatchObject({ cancelReplay: { code: 'NOT_FOUND' } });
});

test.for([
  ['an unknown projection', { name: 'weather' }, 'NOT_FOUND'],
  ['an empty name', { name: '' }, 'NOT_FOUND'],
  ['an empty reason', { name: 'order_stats', reason: ' ' }, 'VALIDATION_FAILED'],
  ['a huge reason', { name: 'order_stats', reason: 'x'.repeat(501) }, 'VALIDATION_FAILED'],
] as const)('%s is refused', async ([, variables, code]) => {
  expect(await app.admin.client.ask(REBUILD, variables)).toMatchObject({ rebuildProjection: { code } });
});

test('only operators may look at projections and replays, and steer them', async () => {
  const { client } = await signedInUser(app.admin.client, { role: 'manager' });
  for (const operation of [PROJECTIONS, '{ replays { totalCount } }', REBUILD]) {
    expect(await client.codeOf(operation, { name: 'user_stats' })).toBe('FORBIDDEN');
  }
});
