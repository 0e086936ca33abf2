import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventFollower, type StreamTransport } from '../support/event-follower.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { findLogFaults, readStoredLog } from '../support/stored-log.ts';
import { type Backend, startTestApp, type TestApp } from '../support/test-app.ts';

describe.for<Backend>(['postgres', 'embedded'])('on the %s database', (backend) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ backend });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test.for<StreamTransport>(['websocket', 'sse'])(
    'a subscriber over %s that is cut off resumes from its cursor without a gap or a repeat',
    async (transport) => {
      const admin = app.admin.client;
      const changes = new ScriptedChanges(admin);
      await using follower = await EventFollower.open(admin, { transport });

      const alice = await changes.makeUsers();
      await follower.untilEvent(changes.lastEvent);
      follower.cut();
      await changes.rename(alice, 3);
      await changes.makeUsers();
      await follower.connect(admin);
      await changes.rename(alice, 3);
      await follower.untilEvent(changes.lastEvent);

      const log = await readStoredLog(app.sql);
      expect(follower.events.map(({ id }) => id)).toEqual(log.map(({ id }) => id));
      expect(follower.events.map(({ cursor }) => cursor)).toEqual(log.map(({ cursor }) => cursor));
      const told = new Set(changes.acknowledged);
      expect(log.filter(({ id }) => told.has(id)).map(({ id }) => id)).toEqual(changes.acknowledged);
      expect(follower.errors).toEqual([]);
      expect(await findLogFaults(app.sql)).toEqual([]);
    },
  );
});
