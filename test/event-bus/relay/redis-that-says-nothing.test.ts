import { type AddressInfo, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startBus } from './two-nodes.ts';

test('a node whose Redis takes connections and says nothing delivers, and stops without an error that nobody handles', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.resume())).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  await using sample = await openSampleDatabase();
  const redisUrl = `redis://:secret@127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const bus = await startBus(sample, { redisUrl, channel: 'log', pollMaxMs: 50 });
  await waitFor(() => sockets.length >= 2, { describe: 'both connections' });

  await append(sample.database.sql, sampleAppend('a', 2));
  await waitFor(() => bus.tail.head === 2, { describe: 'the events without Redis' });
  expect(bus.hints.healthy).toBe(false);

  await bus[Symbol.asyncDispose]();
  await waitFor(() => sockets.every((socket) => socket.readableEnded), {
    describe: 'the connections to be closed',
  });
  for (const socket of sockets) socket.destroy();
  silent.close();
});
