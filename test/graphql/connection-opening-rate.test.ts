import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OpenStream, TestSocket } from '../support/graphql-requests.ts';
import { type SampleTransport, startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const COUNT = { query: 'subscription { count(to: 1) }' };
const ANN = { authorization: 'Bearer good-ann' };
const BOB = { authorization: 'Bearer good-bob' };
/** Many times as many as the rate of these tests lets through in the time that it takes to open them. */
const TRIES = 200;
const REFUSED = { status: 429, retryAfter: '1' };

interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** Opens one after the other, each when the last is gone, until one is refused; returns how many were not, and how it was. */
async function untilRefused(
  sample: SampleTransport,
  open: (number: number) => Promise<Refusal | null>,
): Promise<{ readonly opened: number; readonly refusal: Refusal }> {
  for (let opened = 0; opened < TRIES; opened += 1) {
    const refusal = await open(opened);
    if (refusal) return { opened, refusal };
    await waitFor(() => sample.transport.connectionCount === 0, { describe: 'the connection to be gone' });
  }
  throw new Error('None was refused.');
}

async function openStream(sample: SampleTransport, headers: Record<string, string> = {}): Promise<Refusal | null> {
  await using stream = await OpenStream.open(sample, COUNT, headers);
  const [result] = await stream.untilEnded();
  if (result?.data) return null;
  expect(result).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  return { status: stream.status, retryAfter: stream.headers.get('retry-after') };
}

async function openSocket({ url }: SampleTransport): Promise<Refusal | null> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const refused = Promise.withResolvers<Refusal>();
  socket.on('error', () => undefined);
  socket.once('unexpected-response', (_request, { statusCode = 0, headers }: IncomingMessage) =>
    refused.resolve({ status: statusCode, retryAfter: headers['retry-after'] ?? null }),
  );
  const refusal = await Promise.race([once(socket, 'open').then(() => null), refused.promise]);
  socket.terminate();
  return refusal;
}

test('event streams that one address opens too fast are refused before their token is looked at', async () => {
  await using sample = await startSample({ limits: { connectionsPerAddress: 3, connectionsPerSecond: 1 } });
  const { opened, refusal } = await untilRefused(sample, () => openStream(sample, ANN));
  expect(opened).toBeGreaterThanOrEqual(3);
  expect(refusal).toEqual(REFUSED);
  expect(sample.requests).toHaveLength(opened);
  await waitFor(async () => (await openStream(sample, ANN)) === null, { describe: 'the next to be let in' });
});

test('sockets that one address opens too fast are refused at the handshake, and event streams beside them', async () => {
  await using sample = await startSample({ limits: { connectionsPerAddress: 3, connectionsPerSecond: 1 } });
  const { opened, refusal } = await untilRefused(sample, () => openSocket(sample));
  expect(opened).toBeGreaterThanOrEqual(3);
  expect(refusal).toEqual(REFUSED);
  expect(await untilRefused(sample, () => openStream(sample, ANN))).toMatchObject({ refusal: REFUSED });
  await waitFor(async () => (await openSocket(sample)) === null, { describe: 'the next to be let in' });
});

test('event streams that one person opens too fast are refused, from whatever addresses, and nobody else is', async () => {
  const limits = { connectionsPerUser: 3, connectionsPerSecond: 1 };
  await using sample = await startSample({ limits, trustedProxies: ['127.0.0.1'] });
  const from = (number: number): Record<string, string> => ({ 'x-forwarded-for': `192.0.2.${number}` });
  const { opened, refusal } = await untilRefused(sample, (number) => openStream(sample, { ...ANN, ...from(number) }));
  expect(opened).toBeGreaterThanOrEqual(3);
  expect(refusal).toEqual(REFUSED);
  expect(await openStream(sample, { ...BOB, ...from(opened) })).toBeNull();

  const introduce = async (): Promise<string | undefined> => {
    await using socket = await TestSocket.open(sample);
    socket.send({ type: 'connection_init', payload: { authorization: 'Bearer good-ann_2' } });
    await waitFor(() => socket.closed ?? socket.messages[0], { describe: 'an answer' });
    return socket.closed && `${socket.closed.code} ${socket.closed.reason}`;
  };
  expect(await waitFor(introduce, { describe: 'one to be refused' })).toBe('1013 Too many connections');
});

test('the addresses that one network of IPv6 has are counted as one', async () => {
  const limits = { connectionsPerAddress: 3, connectionsPerSecond: 1 };
  await using sample = await startSample({ limits, trustedProxies: ['127.0.0.1'] });
  const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
  const { refusal } = await untilRefused(sample, (number) => openStream(sample, from(`2001:db8::${number}`)));
  expect(refusal).toEqual(REFUSED);
  expect(await openStream(sample, from('2001:db8:0:1::1'))).toBeNull();
});
