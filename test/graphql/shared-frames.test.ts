import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { EventBatch } from '../../src/event-bus/event-sink.ts';
import { framesOf } from '../../src/graphql/socket-frames.ts';
import { SocketWriter } from '../../src/graphql/socket-writer.ts';
import { waitFor } from '../support/wait-for.ts';

const BATCHES = 6;
const EVENTS = 20;
/** More than the system buffers on both sides of a connection in so many batches. */
const CHARACTERS = 64 * 1024;

interface Reader extends Disposable {
  readonly socket: WebSocket;
  /** The operation's id and the event's number of each message. */
  readonly seen: [id: string, number: number][];
}

test('sockets that share the bytes of a batch each get their own ids, also those that take it later than the others', async () => {
  await using resources = new AsyncDisposableStack();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  resources.defer(() => server.close());
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const operations = [['first-id'], ['other-id'], ['a longer id, ”quoted“'], ['third-id'], ['fourth-1', 'fourth-2']];
  const readers: Reader[] = [];
  const writers: SocketWriter[] = [];
  for (const _ of operations) {
    const opened = once(server, 'connection');
    readers.push(resources.use(await openReader(url)));
    const [socket, request] = (await opened) as [WebSocket, { socket: ConstructorParameters<typeof SocketWriter>[1] }];
    writers.push(new SocketWriter(socket, request.socket));
  }
  // Of the two with ids of one length that stall, the bytes of one must outlive the turn of the other.
  for (const index of [0, 3]) readers[index]?.socket.pause();

  for (let batch = 0; batch < BATCHES; batch++) {
    const events = batchOf(batch * EVENTS);
    for (const [index, ids] of operations.entries()) {
      for (const id of ids) {
        const bytes = Buffer.from(JSON.stringify(id));
        writers[index]?.write(framesOf(events, bytes.length), bytes);
      }
    }
    await new Promise(setImmediate);
  }
  await waitFor(() => readers[4]?.seen.length === 2 * BATCHES * EVENTS, { describe: 'the readers to have it all' });
  expect(writers[0]?.pressure.unsentBytes).toBeGreaterThan(0);
  for (const { socket } of readers) socket.resume();

  for (const [index, ids] of operations.entries()) {
    const { seen = [] } = readers[index] ?? {};
    await waitFor(() => seen.length === ids.length * BATCHES * EVENTS, { describe: `everything for reader ${index}` });
    for (const id of ids) {
      const numbers = seen.filter(([seenId]) => seenId === id).map(([, number]) => number);
      expect(numbers).toEqual(Array.from({ length: BATCHES * EVENTS }, (_, number) => number));
    }
  }
});

function batchOf(first: number): EventBatch {
  const events = Array.from({ length: EVENTS }, (_, index) => ({
    position: first + index + 1,
    text: `"data":{"number":${first + index},"padding":"${'x'.repeat(CHARACTERS)}"}`,
  }));
  return new EventBatch(events, first + EVENTS, true);
}

async function openReader(url: string): Promise<Reader> {
  const socket = new WebSocket(url);
  const seen: [string, number][] = [];
  socket.on('message', (message) => {
    const { id, payload } = JSON.parse((message as Buffer).toString()) as {
      id: string;
      payload: { data: { number: number } };
    };
    seen.push([id, payload.data.number]);
  });
  await once(socket, 'open');
  return { socket, seen, [Symbol.dispose]: () => socket.terminate() };
}
