import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf, rawHttp, statusOf } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';

let sample: SampleTransport;

beforeAll(async () => {
  sample = await startSample({ production: true });
});
afterAll(async () => {
  await sample[Symbol.asyncDispose]();
});

const requestOf = (body: string | Uint8Array, headers: readonly string[] = []): Uint8Array => {
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
};
const get = (target: string, ...headers: readonly string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Connection: close', ...headers, '', ''].join('\r\n');

test.each<readonly [string, string | Uint8Array, number]>([
  ['a malformed Host', get('/graphql', 'Host: not a host'), 400],
  ['a Host with a path', get('/graphql', 'Host: localhost/x'), 400],
  ['a Host with a user', get('/graphql', 'Host: user@localhost'), 400],
  ['no Host', get('/graphql'), 400],
  ['two Hosts', get('/graphql', 'Host: a', 'Host: b'), 400],
  ['a malformed URL', get('/graphql%zz', 'Host: localhost'), 400],
  ['a URL of another scheme', get('ftp://x/graphql', 'Host: localhost'), 400],
  ['non-JSON variables in a GET', get('/graphql?query={hello}&variables=x', 'Host: localhost'), 405],
  ['an unknown path', get('/nothing', 'Host: localhost'), 404],
  ['the path with a slash', get('/graphql/', 'Host: localhost'), 404],
  ['a body that is not JSON', requestOf('{"query":'), 400],
  ['an empty body', requestOf(''), 400],
  ['a JSON null', requestOf('null'), 400],
  ['a JSON string', requestOf('"{ hello }"'), 400],
  ['an array of operations', requestOf('[{"query":"{ hello }"}]'), 400],
  ['no query', requestOf('{"variables":{}}'), 400],
  ['a query that is no string', requestOf('{"query":1}'), 400],
  ['variables that are an array', requestOf('{"query":"{ hello }","variables":[1]}'), 400],
  ['variables that are a string', requestOf('{"query":"{ hello }","variables":"{}"}'), 400],
  ['an operation name that is no string', requestOf('{"query":"{ hello }","operationName":1}'), 400],
  ['extensions that are a list', requestOf('{"query":"{ hello }","extensions":[]}'), 400],
  [
    'invalid UTF-8',
    requestOf(Buffer.from('7b227175657279223a227b68656c6c6f286e616d653a5c22ff5c22297d227d', 'hex')),
    400,
  ],
  [
    'deeply nested JSON',
    requestOf(`{"query":"{ hello }","variables":{"v":${'['.repeat(40_000)}${']'.repeat(40_000)}}}`),
    400,
  ],
  ['what is not HTTP', 'hello there\r\n\r\n', 400],
  ['a malformed header', 'GET /graphql HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n', 400],
  ['two lengths', requestOf('{}', ['Content-Length: 5']), 400],
  ['headers of more than 16 KiB', get('/graphql', 'Host: localhost', `X-Long: ${'x'.repeat(17 * 1024)}`), 431],
  ['CONNECT', 'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
  ['DELETE', 'DELETE /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405],
  ['an upgrade elsewhere', get('/nothing', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'), 404],
  ['a malformed upgrade', get('/graphql', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'), 400],
])('%s is answered by JSON that tells a code and a request id and nothing internal', async (_name, request, status) => {
  const answer = await rawHttp(sample.port, request);
  expect(statusOf(answer)).toBe(status);
  expect(answer).toMatch(/\r\ncontent-type: application\/json; charset=utf-8\r\n/i);
  expect(answer).toMatch(/\r\ncache-control: no-store\r\n/i);
  expect(answer).toMatch(/\r\nx-request-id: [0-9a-f-]{36}\r\n/i);
  expect(bodyOf(answer)).toEqual({
    errors: [
      {
        message: expect.any(String) as unknown,
        extensions: {
          code: expect.stringMatching(/^(BAD_USER_INPUT|NOT_FOUND)$/) as unknown,
          requestId: expect.any(String) as unknown,
        },
      },
    ],
  });
  expect(answer).not.toMatch(/node_modules|\.ts:|at Object|SyntaxError|TypeError|position \d/);
});

test('none of them logged an unexpected error', () => {
  expect(sample.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
