import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

const ALLOWED = 'https://app.example';

test.each([true, false])('only pages of the listed origins open sockets (production: %s)', async (production) => {
  await using sample = await startSample({ production, allowedOrigins: [ALLOWED] });
  await using socket = await TestSocket.open(sample, { origin: ALLOWED });
  expect(socket.closed).toBeUndefined();
  for (const origin of [
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'null',
    'nonsense',
  ]) {
    await expect(TestSocket.open(sample, { origin })).rejects.toThrow('403');
  }
});

test('a page of the server itself may in development, under an address, and not in production', async () => {
  await using development = await startSample();
  await using socket = await TestSocket.open(development, { origin: `http://127.0.0.1:${development.port}` });
  expect(socket.closed).toBeUndefined();
  await using production = await startSample({ production: true });
  await expect(TestSocket.open(production, { origin: `http://127.0.0.1:${production.port}` })).rejects.toThrow('403');
});
