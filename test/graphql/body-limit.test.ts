import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { post } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';

let sample: SampleTransport;

beforeAll(async () => {
  sample = await startSample();
});
afterAll(async () => {
  await sample[Symbol.asyncDispose]();
});

const bodyOfLength = (length: number): string => {
  const frame = JSON.stringify({ query: '{ hello }', variables: { pad: '' } });
  return frame.replace('"pad":""', `"pad":"${'x'.repeat(length - frame.length)}"`);
};
const authorization = 'Bearer good-ann';

async function postInChunks(body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(sample.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: Readable.toWeb(
      Readable.from(
        Buffer.from(body)
          .toString('latin1')
          .match(/[^]{1,16384}/g) ?? [],
      ),
    ) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  await response.body?.cancel();
  return response.status;
}

test.each([
  ['anonymous', {}, 100 * 1024],
  ['with a token that is nobody’s', { authorization: 'Bearer bad' }, 100 * 1024],
  ['with a token', { authorization }, 1024 * 1024],
])('%s: the largest body passes and one byte more does not', async (_name, headers, limit) => {
  expect((await post(sample, bodyOfLength(limit), headers)).status).not.toBe(413);
  const refused = await post(sample, bodyOfLength(limit + 1), headers);
  expect(refused.status).toBe(413);
  expect(refused.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('a body of unknown length is counted while it arrives', async () => {
  expect(await postInChunks(bodyOfLength(100 * 1024), {})).toBe(200);
  expect(await postInChunks(bodyOfLength(100 * 1024 + 1), {})).toBe(413);
  expect(await postInChunks(bodyOfLength(100 * 1024 + 1), { authorization: 'Bearer bad' })).toBe(413);
  expect(await postInChunks(bodyOfLength(1024 * 1024), { authorization })).toBe(200);
  expect(await postInChunks(bodyOfLength(1024 * 1024 + 1), { authorization })).toBe(413);
});

test('the connection is usable after a refusal', async () => {
  expect((await post(sample, bodyOfLength(2 * 1024 * 1024))).status).toBe(413);
  expect((await post(sample, { query: '{ hello }' })).status).toBe(200);
});

test('who goes on sending after the refusal is cut off', async () => {
  const announced = 100 * 1024 * 1024;
  const socket = connect(sample.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${announced}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const chunk = Buffer.alloc(256 * 1024, 'x');
  while (!socket.destroyed && socket.bytesWritten < announced) {
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.write(chunk, () => resolve());
    await promise;
  }
  expect(socket.bytesWritten).toBeLessThan(announced);
});
