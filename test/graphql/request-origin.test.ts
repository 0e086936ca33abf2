import { expect, test } from 'vitest';
import { post, TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

const QUERY = { query: '{ hello }' };
const FORWARDED = { 'x-forwarded-for': '203.0.113.7' };

test('the caller’s address is the socket’s unless a trusted proxy names another', async () => {
  await using open = await startSample();
  await post(open, QUERY, FORWARDED);
  expect(open.requests[0]?.origin.ipAddress).toBe('127.0.0.1');
  await using proxied = await startSample({ trustedProxies: ['127.0.0.1'] });
  await post(proxied, QUERY, FORWARDED);
  expect(proxied.requests[0]?.origin.ipAddress).toBe('203.0.113.7');
});

test('a correlation id is taken over if it is a UUID, else the request id stands in', async () => {
  await using sample = await startSample();
  const correlationId = 'b3c1f6a0-3f0b-4a7e-9b6e-2f6f0f3f4a11';
  await post(sample, QUERY, { 'x-correlation-id': correlationId });
  const answer = await post(sample, QUERY, { 'x-correlation-id': 'forged\tid' });
  expect(sample.requests[0]?.origin.correlationId).toBe(correlationId);
  expect(sample.requests[1]?.origin.correlationId).toBe(answer.headers.get('x-request-id'));
});

test('the context hears who calls and over what', async () => {
  await using sample = await startSample();
  await post(sample, QUERY, { authorization: 'Bearer good-ann', 'user-agent': 'x'.repeat(1000) });
  await using socket = await TestSocket.connect(sample, { token: 'good-bob' });
  await socket.run(QUERY);
  expect(sample.requests).toMatchObject([
    { transport: 'http', authorization: 'Bearer good-ann', origin: { userAgent: 'x'.repeat(512) } },
    { transport: 'websocket', authorization: 'Bearer good-bob' },
    { transport: 'websocket', authorization: 'Bearer good-bob' },
  ]);
});

test('a token in the URL is not looked at', async () => {
  await using sample = await startSample();
  const answer = await post(
    { url: `${sample.url}?token=good-ann&authorization=Bearer%20good-ann` },
    { query: '{ me }' },
  );
  expect(answer.body).toEqual({ data: { me: null } });
});
