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

test('every result says its own cursor, the head, and whether the subscriber has caught up', async () => {
  const changes = new ScriptedChanges(app.admin.client);
  await changes.makeUsers();
  const log = await readStoredLog(app.sql);
  const head = log.at(-1)?.cursor;
  await using follower = await EventFollower.open(app.admin.client);
  await follower.untilReceived(log.length);

  expect(follower.received.map(({ event, stream }) => ({ ...stream, isOwn: stream.cursor === event.cursor }))).toEqual(
    log.map(({ cursor }) => ({ cursor, head, caughtUp: cursor === head, isOwn: true })),
  );

  const user = await changes.create();
  await changes.rename(user, 1);
  await follower.untilEvent(changes.lastEvent);
  const last = follower.received.at(-1);
  expect(last?.stream).toEqual({ cursor: last?.event.cursor, head: last?.event.cursor, caughtUp: true });
});
