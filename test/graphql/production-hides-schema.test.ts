import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TRANSPORTS } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';

const GUESSES = [
  { query: '{ helo }' },
  { query: '{ thing { nam } }' },
  { query: '{ hello(nme: "x") }' },
  { query: 'fragment F on Thin { id } { thing { ...F } }' },
  { query: '{ login(input: { email: "a", pasword: "b" }) }' },
  { query: 'query ($c: Credentials!) { login(input: $c) }', variables: { c: { email: 'a', pasword: 'b' } } },
];

describe.each(TRANSPORTS)('over $name', ({ run }) => {
  let production: SampleTransport;
  let development: SampleTransport;

  beforeAll(async () => {
    production = await startSample({ production: true });
    development = await startSample();
  });
  afterAll(async () => {
    await production[Symbol.asyncDispose]();
    await development[Symbol.asyncDispose]();
  });

  test.each([undefined, 'Bearer good-ann'])('introspection is off in production for %s', async (authorization) => {
    for (const query of [getIntrospectionQuery(), '{ __type(name: "Query") { name } }']) {
      const [result] = await run(production, { query }, authorization);
      expect(result?.data).toBeUndefined();
      expect(result?.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  test('the name of an object’s type is not introspection', async () => {
    expect(await run(production, { query: '{ thing { __typename } }' })).toEqual([
      { data: { thing: { __typename: 'Thing' } } },
    ]);
  });

  test('introspection works in development, however deep', async () => {
    const [result] = await run(development, {
      query: getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }),
    });
    expect(result?.errors).toBeUndefined();
  });

  test.each(GUESSES)('$query gets no suggestion in production', async (request) => {
    const [hidden] = await run(production, request);
    expect(hidden?.errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(hidden)).not.toMatch(/Did you mean/);
    const [shown] = await run(development, request);
    expect(JSON.stringify(shown)).toMatch(/Did you mean/);
  });
});
