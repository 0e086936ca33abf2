import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser } from '../../support/factories.ts';
import { TestSocket } from '../../support/graphql-requests.ts';
import { FOLLOW_EVENTS } from '../../support/operations.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const follow = { query: FOLLOW_EVENTS };
const connect = (): Promise<TestSocket> =>
  TestSocket.connect(app, { authorization: `Bearer ${app.admin.accessToken}` });
const untilLive = (count: number): Promise<unknown> =>
  waitFor(() => app.app.bus.streams.hub.size === count, { describe: `${count} live streams` });

test('the id of a stream is taken while it runs: another subscription by it closes the socket, and ends the stream', async () => {
  await using socket = await connect();
  socket.subscribe('1', follow);
  await untilLive(1);
  socket.subscribe('1', follow);
  expect((await socket.untilClosed()).code).toBe(4409);
  await untilLive(0);
});

// However the client writes it: some messages are looked at before the protocol reads them.
test.each([
  ['plainly', '{"type":"complete","id":"1"}'],
  ['with a payload', '{"id":"1","payload":{"because":"{}"},"type":"complete"}'],
  ['with escapes', String.raw`{"type":"\u0063omplete","id":"\u0031"}`],
])('a stream completed %s ends in silence, and its id is free for another', async (_how, complete) => {
  await using socket = await connect();
  socket.subscribe('1', follow);
  await untilLive(1);
  socket.socket.send(complete);
  await untilLive(0);
  socket.subscribe('1', follow);
  await untilLive(1);
  const { id } = await createUser(app.admin.client);
  await waitFor(() => JSON.stringify(socket.of('1')).includes(id), { describe: 'the event' });
  expect(socket.of('1').map(({ type }) => type)).not.toContain('complete');
  expect(socket.closed).toBeUndefined();
  socket.socket.terminate();
  await untilLive(0);
});

test('a stream that is subscribed and completed in one breath never runs', async () => {
  await using socket = await connect();
  socket.subscribe('1', follow);
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('2', follow);
  await untilLive(1);
  expect(await socket.run({ query: '{ __typename }' })).toEqual([{ data: { __typename: 'Query' } }]);
  expect(socket.of('1')).toEqual([]);
  socket.socket.terminate();
  await untilLive(0);
});

test('ids of any text and length come back as they were sent', async () => {
  const ids = ['"', 'ä'.repeat(40), 'x'.repeat(2_000), '\u2028', '__proto__'];
  await using socket = await connect();
  for (const id of ids) socket.subscribe(id, follow);
  await untilLive(ids.length);
  const user = await createUser(app.admin.client);
  const gotIt = (id: string): boolean => JSON.stringify(socket.of(id)).includes(user.id);
  await waitFor(() => ids.every(gotIt), { describe: 'the event by every id' });
  expect(new Set(socket.messages.flatMap(({ id }) => id ?? []))).toEqual(new Set(ids));
  socket.socket.terminate();
  await untilLive(0);
});
