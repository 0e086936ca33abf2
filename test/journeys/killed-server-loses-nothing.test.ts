import { describe, expect, test } from 'vitest';
import { bootstrap } from '../support/factories.ts';
import { EventFollower, type StreamTransport } from '../support/event-follower.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { findLogFaults, readStoredLog } from '../support/stored-log.ts';
import { type Backend, createDeployment } from '../support/test-app.ts';

/** Writes until the server is gone; what it was told by then stays acknowledged. */
async function writeUntilCutOff(admin: GraphqlClient): Promise<readonly string[]> {
  const changes = new ScriptedChanges(admin);
  try {
    for (;;) {
      const user = await changes.create();
      await changes.rename(user, 2);
    }
  } catch (error) {
    // What fetch throws when the connection breaks; any other failure is one.
    if (!(error instanceof TypeError)) throw error;
  }
  return changes.acknowledged;
}

describe.for<[Backend, StreamTransport]>([
  ['postgres', 'websocket'],
  ['embedded', 'sse'],
])('on the %s database', ([backend, transport]) => {
  test('after kill -9 amid writes every acknowledged event is there once, and a resuming subscriber has the whole log', async () => {
    await using deployment = await createDeployment(backend);
    await using follower = new EventFollower({ transport });
    const acknowledged: string[] = [];
    let token: string;
    {
      await using server = await SignalboxProcess.start(deployment.env);
      const { client: admin, accessToken } = await bootstrap(server.client, await server.bootstrapToken());
      token = accessToken;
      await follower.connect(admin);
      const writing = Promise.all([1, 2, 3, 4].map(() => writeUntilCutOff(admin)));
      await follower.untilReceived(40, 60_000);
      server.signal('SIGKILL');
      expect(await server.untilEnded()).toEqual({ code: null, signal: 'SIGKILL' });
      acknowledged.push(...(await writing).flat());
    }
    {
      await using server = await SignalboxProcess.start(deployment.env);
      const admin = server.client.as(token);
      await follower.connect(admin);
      const changes = new ScriptedChanges(admin);
      await changes.makeUsers();
      acknowledged.push(...changes.acknowledged);
      await follower.untilEvent(changes.lastEvent);
      server.signal('SIGTERM');
      expect(await server.untilEnded()).toEqual({ code: 0, signal: null });
    }
    await using node = await deployment.startNode();
    const log = await readStoredLog(node.sql);
    const stored = log.map(({ id }) => id);
    expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    expect(follower.events.map(({ id }) => id)).toEqual(stored.slice(0, follower.events.length));
    // What sagas recorded after the last of these, it may have missed by leaving.
    const received = new Set(follower.events.map(({ id }) => id));
    expect(acknowledged.filter((id) => !received.has(id))).toEqual([]);
    expect(await findLogFaults(node.sql)).toEqual([]);
  }, 150_000);
});
