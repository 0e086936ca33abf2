import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventFollower } from '../support/event-follower.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { readStoredLog } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('a subscriber without a cursor gets what happens from now on, from one place in the log without a gap', async () => {
  const changes = new ScriptedChanges(app.admin.client);
  const user = await changes.create();
  const before = await readStoredLog(app.sql);
  await using follower = await EventFollower.open(app.admin.client, { after: null });
  // Subscribing is not acknowledged: the first event that comes shows that it has begun.
  while (follower.received.length === 0) await changes.rename(user, 1);
  await changes.rename(user, 3);
  await follower.untilEvent(changes.lastEvent);

  const log = await readStoredLog(app.sql);
  const received = follower.events.map(({ id }) => id);
  expect(log.slice(-received.length).map(({ id }) => id)).toEqual(received);
  expect(log.length - received.length).toBeGreaterThanOrEqual(before.length);
});
