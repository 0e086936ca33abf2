import { expect, test } from 'vitest';
import { startSample } from '../support/sample-transport.ts';

const get = async (port: number, path: string, method = 'GET'): Promise<{ status: number; text: string }> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: response.status, text: await response.text() };
};

test('a live and ready process says so and nothing more', async () => {
  await using sample = await startSample({ production: true });
  expect(await get(sample.port, '/health/live')).toEqual({ status: 200, text: '{"status":"live"}' });
  expect(await get(sample.port, '/health/ready')).toEqual({ status: 200, text: '{"status":"ready"}' });
  expect(await get(sample.port, '/health/ready', 'HEAD')).toEqual({ status: 200, text: '' });
  expect((await get(sample.port, '/health/ready', 'POST')).status).toBe(405);
});

test.each([
  ['says no', async () => false],
  [
    'fails',
    async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.1:5432');
    },
  ],
])('a process whose check %s is live but not ready', async (_name, ready) => {
  await using sample = await startSample({ ready });
  expect((await get(sample.port, '/health/live')).status).toBe(200);
  expect(await get(sample.port, '/health/ready')).toEqual({ status: 503, text: '{"status":"unavailable"}' });
});

test('the keys that verify tokens are published', async () => {
  await using sample = await startSample();
  expect(await get(sample.port, '/.well-known/jwks.json')).toEqual({ status: 200, text: '{"keys":[]}' });
});
