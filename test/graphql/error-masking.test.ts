import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TRANSPORTS } from '../support/graphql-requests.ts';
import { SECRET } from '../support/sample-schema.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';

let sample: SampleTransport;

beforeAll(async () => {
  sample = await startSample();
});
afterAll(async () => {
  await sample[Symbol.asyncDispose]();
});

describe.each(TRANSPORTS)('over $name', ({ run }) => {
  test.each([
    ['a domain error', '{ domainError }', 'CONFLICT', 'That name is taken.'],
    ['a refused request', '{ forbidden }', 'FORBIDDEN', 'Not yours.'],
    ['an error with a published code', '{ coded }', 'RATE_LIMITED', 'Slow down.'],
  ])('%s keeps its message and code', async (_name, query, code, message) => {
    const [result] = await run(sample, { query });
    expect(result?.errors?.[0]).toMatchObject({ message, path: [expect.any(String)], extensions: { code } });
  });

  test('a validation error lists its fields', async () => {
    const [result] = await run(sample, { query: '{ invalid }' });
    expect(result?.errors?.[0]?.extensions).toMatchObject({
      code: 'VALIDATION_FAILED',
      fieldErrors: [{ path: ['input', 'email'], message: 'An e-mail address has an @.' }],
    });
  });

  test.each(['{ crash }', '{ badOutput }'])(
    '%s tells nothing but an id, under which the error is logged once',
    async (query) => {
      const [result] = await run(sample, { query });
      expect(JSON.stringify(result)).not.toContain(SECRET);
      const [error] = result?.errors ?? [];
      expect(error).toMatchObject({ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } });
      const { requestId } = error?.extensions ?? {};
      const lines = sample.logs.filter((line) => line['level'] === 50 && line['requestId'] === requestId);
      expect(lines).toHaveLength(1);
    },
  );

  test('a refused variable is not repeated in the message', async () => {
    const query = 'query ($c: Credentials!) { login(input: $c) }';
    const password = 'canary-password';
    for (const input of [
      { password },
      { email: password, password: { password } },
      { email: 'a', password: [password] },
    ]) {
      const [result] = await run(sample, { query, variables: { c: input } });
      expect(result?.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(JSON.stringify(result)).not.toContain(password);
    }
  });

  test('a missing argument that only execution finds is the client’s fault', async () => {
    const [result] = await run(sample, {
      query: 'query ($v: Int = 1) { required(value: $v) }',
      variables: { v: null },
    });
    expect(result?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('a request error that a scalar throws about a variable keeps its code', async () => {
    const [result] = await run(sample, { query: 'query ($v: Even) { even(value: $v) }', variables: { v: 'refused' } });
    expect(result?.errors).toMatchObject([{ message: 'Not this one.', extensions: { code: 'CURSOR_INVALID' } }]);
  });
});

describe.each(TRANSPORTS.filter(({ name }) => name !== 'websocket'))('over $name', ({ run }) => {
  test('an unexpected error while the context is built is masked', async () => {
    const [result] = await run(sample, { query: '{ hello }' }, 'Bearer crash');
    expect(result?.errors).toMatchObject([
      { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });
});
