import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const MUTATION = '{"query":"mutation { greet }"}';

describe('only JSON in UTF-8 runs operations', () => {
  test.each([
    ['text/plain', MUTATION],
    ['application/graphql', 'mutation { greet }'],
    ['application/graphql+json', MUTATION],
    ['application/jsonp', MUTATION],
    ['application/x-www-form-urlencoded', 'query=mutation+%7B+greet+%7D'],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${MUTATION}\r\n--x--\r\n`,
    ],
    ['application/json; charset=utf-16', MUTATION],
    ['application/json, text/plain', MUTATION],
  ])('%s is refused', async (contentType, body) => {
    const answer = await post(sample, body, { 'content-type': contentType });
    expect(answer.status).toBe(415);
    expect(answer.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    '%s is accepted',
    async (contentType) => {
      const answer = await post(sample, MUTATION, { 'content-type': contentType });
      expect(answer.body.data).toEqual({ greet: 'Hello world' });
    },
  );

  test('a compressed body is refused', async () => {
    const answer = await post(sample, MUTATION, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
  });
});

describe('the answer follows the Accept header', () => {
  const PLAIN = 'application/json; charset=utf-8';
  const RESPONSE = 'application/graphql-response+json; charset=utf-8';

  test.each([
    ['*/*', PLAIN],
    ['application/json', PLAIN],
    ['application/graphql-response+json', RESPONSE],
    ['application/graphql-response+json, application/json', RESPONSE],
    ['application/json, application/graphql-response+json;q=0.9', PLAIN],
    [
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
      RESPONSE,
    ],
  ])('%s gets %s', async (accept, contentType) => {
    const answer = await post(sample, { query: '{ hello }' }, { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(contentType);
  });

  test('nothing that we have is 406', async () => {
    const answer = await post(sample, { query: '{ hello }' }, { accept: 'text/html' });
    expect(answer.status).toBe(406);
  });

  test('a subscription without a stream to send it on is refused, not started', async () => {
    const answer = await post(
      sample,
      { query: 'subscription { silent }' },
      { accept: 'application/graphql-response+json' },
    );
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.message).toMatch(/text\/event-stream/);
    expect(sample.probe.log).toEqual([]);
  });
});

describe('the status follows GraphQL over HTTP', () => {
  const RESPONSE = 'application/graphql-response+json';

  test.each([
    ['a refused document', '{ nothing }', {}, 200, 400],
    ['a refused variable', 'query ($v: Int!) { required(value: $v) }', {}, 200, 400],
    ['a refused token', '{ hello }', { authorization: 'Bearer bad' }, 401, 401],
    ['a failed context', '{ hello }', { authorization: 'Bearer crash' }, 500, 500],
    ['a failed field', '{ crash }', {}, 200, 200],
    ['a forbidden field', '{ forbidden }', {}, 200, 200],
  ])('%s', async (_name, query, headers, plain, response) => {
    expect((await post(sample, { query }, { ...headers })).status).toBe(plain);
    expect((await post(sample, { query }, { ...headers, accept: RESPONSE })).status).toBe(response);
  });
});
