import { expect, test } from 'vitest';
import { generateLog } from '../support/generated-log.ts';
import { TestSocket } from '../support/graphql-requests.ts';
import { encodeCursor } from '../../src/event-store/cursor.ts';
import { startTestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

/** Some 30 MB on the wire: more than the system buffers for one connection. */
const EVENTS = 20_000;
const FOLLOW = `subscription ($after: Cursor) { domainEvents(after: $after) { id type data metadata { correlationId } } }`;

interface Result {
  readonly data?: { readonly domainEvents: { readonly id: string } };
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly resumeAfter: string } }[];
}

test('a socket that takes nothing is closed, told where it resumes, and misses nothing from there', async () => {
  await using app = await startTestApp({ env: { SIGNALBOX_STREAM_LAG_SECONDS: '1' } });
  await generateLog(app.sql, { events: EVENTS, from: new Date(Date.now() - 60_000) });
  const authorization = `Bearer ${app.admin.accessToken}`;
  const idsOn = (socket: TestSocket): string[] =>
    socket.of('1').flatMap(({ payload }) => (payload as Result | undefined)?.data?.domainEvents.id ?? []);

  await using stalled = await TestSocket.connect(app, { authorization });
  stalled.subscribe('1', { query: FOLLOW, variables: { after: encodeCursor(0) } });
  await waitFor(() => idsOn(stalled).length > 0, { describe: 'the first events' });
  stalled.socket.pause();
  const hasGivenUp = (): boolean => app.logs.some((line) => line.includes('"code":"STREAM_LAGGING"'));
  await waitFor(hasGivenUp, { describe: 'the server to give up' });
  expect(app.app.bus.streams.hub.size).toBe(0);

  stalled.socket.resume();
  expect(await stalled.untilClosed()).toEqual({ code: 1013, reason: 'Reads too slowly' });
  const received = idsOn(stalled);
  expect(received.length).toBeLessThan(EVENTS);
  const errors = stalled.of('1').flatMap(({ payload }) => (payload as Result | undefined)?.errors ?? []);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['STREAM_LAGGING']);
  const resumeAfter = errors[0]?.extensions.resumeAfter;

  await using again = await TestSocket.connect(app, { authorization });
  again.subscribe('1', { query: FOLLOW, variables: { after: resumeAfter } });
  const stored = await app.sql<{ event_id: string }>('select event_id from event_position order by position');
  await waitFor(() => received.length + idsOn(again).length >= stored.length, {
    describe: 'the rest',
    timeoutMs: 30_000,
  });
  expect([...received, ...idsOn(again)].slice(0, stored.length)).toEqual(stored.map((row) => row.event_id));
}, 60_000);
