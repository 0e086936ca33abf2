import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilProjected } from '../../../src/event-bus/projection-progress.ts';
import { decodeConsistencyToken } from '../../../src/graphql/mutation-payload.ts';
import { userStatsProjection } from '../../../src/modules/statistics/user-stats.projection.ts';
import { personInput } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { tokenOf, USER_STATS, userStats } from './statistics-client.ts';

const CREATE = `mutation ($input: CreateUserInput!) { createUser(input: $input) { ... on MutationPayload { consistencyToken } } }`;
const LANE = `select 1 from handler_lane where handler = 'user_stats' for update`;

let worker: TestApp;
let api: TestNode;
beforeAll(async () => {
  worker = await startTestApp();
  // Nothing works on the log here: what it waits for happens in another process.
  api = await worker.deployment.startNode({ SIGNALBOX_ROLE: 'api' });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await worker[Symbol.asyncDispose]();
});

function createUser(): Promise<string> {
  return tokenOf(worker.admin.client, CREATE, { input: personInput() });
}

test('a query waits until the projection has the events, on the node that keeps it and on another', async () => {
  const { client } = worker.admin;
  const { totalUsers } = await userStats(client, await createUser());
  await using lane = await holdRows(worker.deployment.env['DATABASE_URL'] ?? '', LANE, []);
  const token = await createUser();
  await lane.untilWaiting(1);
  expect((await userStats(client)).totalUsers).toBe(totalUsers);
  const answers = Promise.all([userStats(client, token), userStats(client.at(api.url), token)]);
  await lane.release();
  expect((await answers).map((stats) => stats.totalUsers)).toEqual([totalUsers + 1, totalUsers + 1]);
});

test('a mutation without an event for the projection is not waited for longer than those before it', async () => {
  const { client } = worker.admin;
  const token = await tokenOf(
    client,
    'mutation { createRole(input: { name: "clerk", permissions: [] }) { ... on MutationPayload { consistencyToken } } }',
    {},
  );
  expect(await userStats(client, token)).toEqual(await userStats(client));
});

test('the wait has an end, with an error that says what is late', async () => {
  await using lane = await holdRows(worker.deployment.env['DATABASE_URL'] ?? '', LANE, []);
  const eventId = decodeConsistencyToken(await createUser());
  await lane.untilWaiting(1);
  const sources = { ...worker.app.bus, database: worker.app.database };
  const wait = untilProjected(sources, userStatsProjection, eventId ?? '', {
    timeoutMs: 50,
    signal: new AbortController().signal,
  });
  await expect(wait).rejects.toMatchObject({ code: 'PROJECTION_LAGGING' });
});

test.for([
  ['empty', ''],
  ['no token', 'yesterday'],
  ['a cursor', Buffer.from('sb1:z').toString('base64url')],
  ['huge', 'A'.repeat(50_000)],
  ['of no event', Buffer.from(`sbc1:${randomUUID()}`).toString('base64url')],
  ['not of a UUID', Buffer.from('sbc1:\0').toString('base64url')],
] as const)('a token that is %s is refused', async ([, atLeast]) => {
  expect(await worker.admin.client.codeOf(USER_STATS, { atLeast })).toBe('BAD_USER_INPUT');
});

test('a token of a mutation that recorded nothing waits for nothing', async () => {
  const atLeast = Buffer.from('sbc1:').toString('base64url');
  expect(await worker.admin.client.codeOf(USER_STATS, { atLeast })).toBeNull();
});
