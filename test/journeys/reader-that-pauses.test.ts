import { expect, test } from 'vitest';
import { encodeCursor } from '../../src/event-store/cursor.ts';
import { generateLog } from '../support/generated-log.ts';
import { TestSocket } from '../support/graphql-requests.ts';
import { startTestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

/** Some 22 MB on the wire: more than the system buffers for one connection. */
const EVENTS = 15_000;
const FOLLOW = `subscription ($after: Cursor) { domainEvents(after: $after) { id type data metadata { correlationId } } }`;
const LIST = '{ liveConnections { connections { unsentBytes operations { type sent } } } }';

interface Listed {
  readonly liveConnections: { readonly connections: readonly { readonly unsentBytes: number }[] };
}

interface Result {
  readonly data?: { readonly domainEvents: { readonly id: string } };
}

test('a socket that pauses beyond a ping is listed with what it has not taken, and then misses nothing', async () => {
  await using app = await startTestApp({ env: { SIGNALBOX_STREAM_HEARTBEAT_SECONDS: '3' } });
  await generateLog(app.sql, { events: EVENTS, from: new Date(Date.now() - 60_000) });
  const authorization = `Bearer ${app.admin.accessToken}`;
  await using pausing = await TestSocket.connect(app, { authorization });
  const ids = (): string[] =>
    pausing.of('1').flatMap(({ payload }) => (payload as Result | undefined)?.data?.domainEvents.id ?? []);
  pausing.subscribe('1', { query: FOLLOW, variables: { after: encodeCursor(0) } });
  await waitFor(() => ids().length > 0, { describe: 'the first events' });
  pausing.socket.pause();

  await using other = await TestSocket.connect(app, { authorization });
  let pings = 0;
  other.socket.on('ping', () => {
    pings += 1;
  });
  // The first is not answered by the one that pauses, which would be cut off at the second.
  await waitFor(() => pings >= 2, { describe: 'two pings', timeoutMs: 30_000 });
  const { connections } = (await app.admin.client.ask<Listed>(LIST, {})).liveConnections;
  expect(connections).toHaveLength(2);
  expect(connections.filter(({ unsentBytes }) => unsentBytes > 0)).toHaveLength(1);

  pausing.socket.resume();
  const stored = await app.sql<{ event_id: string }>('select event_id from event_position order by position');
  await waitFor(() => ids().length >= stored.length, { describe: 'the rest', timeoutMs: 60_000 });
  expect(ids()).toEqual(stored.map((row) => row.event_id));
  expect(pausing.closed).toBeUndefined();
}, 120_000);
