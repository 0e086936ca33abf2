import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, signedInUser } from '../../support/factories.ts';
import { untilNotified } from '../../support/inbox.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type MailApp, startMailApp } from '../email/mail-app.ts';
import { effects, REPLAY, replayed } from './replay-client.ts';

let app: MailApp;
beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('a handler that had a bug has its effect made again: what is missing is filled in, wrong words are corrected', async () => {
  const { client, user } = app.admin;
  const { id } = await createUser(client);
  await untilNotified(app.sql);
  const [lost] = await app.sql<{ id: string }>(
    `delete from notification where recipient_id = $1 and subject_id = $2 returning id`,
    [user.id, id],
  );
  expect(lost).toBeDefined();
  await app.sql(`delete from notification where subject_id = $1`, [id]);
  const other = await createUser(client);
  await untilNotified(app.sql);
  await app.sql(`update notification set title = 'Acount craeted', read_at = now() where subject_id = $1`, [other.id]);
  await replayed(app.admin.client, { handlers: ['notifications'], eventTypes: ['USER_CREATED'] });
  const titles = await app.sql(
    `select title, read_at is not null as read from notification where recipient_id = $1 and subject_id in ($2, $3) order by subject_id`,
    [user.id, id, other.id],
  );
  expect(titles).toEqual([
    { title: 'Account created', read: false },
    { title: 'Account created', read: true },
  ]);
});

test('a dry run says how many events of which type each handler would get', async () => {
  const { client } = app.admin;
  const { id } = await createUser(client);
  await untilNotified(app.sql);
  const before = await effects(app.sql);
  const replay = await replayed(app.admin.client, { aggregateId: id, dryRun: true });
  expect(replay).toMatchObject({
    dryRun: true,
    total: 3,
    processed: 0,
    plan: [
      { handler: 'audit-log', type: 'USER_CREATED', count: 1 },
      { handler: 'audit-log', type: 'USER_REGISTRATION_COMPLETED', count: 1 },
      { handler: 'notifications', type: 'USER_CREATED', count: 1 },
    ],
  });
  expect(await effects(app.sql)).toEqual(before);
});

test('who asked for what, and why, stands in the answer, the log and the audit log', async () => {
  const { client, user } = app.admin;
  const asked = {
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-02T00:00:00.000Z',
    handlers: ['audit-log'],
    eventsPerSecond: 100,
  };
  const input = { ...asked, reason: 'The disk was full.' };
  const { replayEvents } = await client.ask<{ replayEvents: { replay: { id: string } } }>(REPLAY, { input });
  expect(replayEvents).toMatchObject({
    events: [{ type: 'REPLAY_REQUESTED' }],
    replay: {
      kind: 'REPLAY',
      reason: 'The disk was full.',
      requestedBy: { id: user.id },
      request: { ...asked, eventTypes: null, aggregateId: null, includeEffects: [] },
    },
  });
  const audited = await waitFor(
    async () => {
      const rows = await app.sql<{ action: string }>(
        `select a.action, a.user_id, d.details->>'reason' as reason from audit_log a join audit_detail d using (sequence)
         where a.resource_id = $1 order by a.sequence`,
        [replayEvents.replay.id],
      );
      return rows.length === 2 && rows;
    },
    { describe: 'the audit log' },
  );
  expect(audited).toEqual([
    { action: 'REPLAY', user_id: user.id, reason: 'The disk was full.' },
    { action: 'COMPLETE', user_id: user.id, reason: null },
  ]);
});

test.for([
  ['a projection', { handlers: ['user_stats'] }],
  ['an outside effect that is not allowed', { handlers: ['welcome-mail'] }],
  ['an unknown handler', { handlers: ['nobody'] }],
  ['no handler', { handlers: [] }],
  ['an end before the beginning', { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }],
  ['a rate of nothing', { eventsPerSecond: 0 }],
  ['an endless rate', { eventsPerSecond: 100_001 }],
  ['an empty reason', { reason: ' ' }],
] as const)('%s is refused', async ([, input]) => {
  expect(await app.admin.client.ask(REPLAY, { input })).toMatchObject({ replayEvents: { code: 'VALIDATION_FAILED' } });
});

test('only operators may replay', async () => {
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  expect(await manager.client.codeOf(REPLAY, { input: { dryRun: true } })).toBe('FORBIDDEN');
  expect(await app.client.codeOf(REPLAY, { input: { dryRun: true } })).toBe('UNAUTHENTICATED');
});
