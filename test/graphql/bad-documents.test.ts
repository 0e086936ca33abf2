import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TRANSPORTS } from '../support/graphql-requests.ts';
import type { GraphqlRequest } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';

const nested = (levels: number): string =>
  `{ thing ${'{ parent '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;
const repeat = (times: number, text: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => text(index)).join(' ');

const REFUSED: readonly (readonly [string, GraphqlRequest, RegExp])[] = [
  ['a syntax error', { query: '{ hello' }, /Syntax Error/],
  ['an unknown field', { query: '{ nothing }' }, /Cannot query field/],
  ['a literal of the wrong type', { query: '{ required(value: "x") }' }, /Int cannot represent/],
  ['a literal that a scalar refuses', { query: '{ even(value: 3) }' }, /Expected/],
  [
    'a variable of the wrong type',
    { query: 'query ($v: Int!) { required(value: $v) }', variables: { v: 'x' } },
    /"\$v"/,
  ],
  [
    'a variable that a scalar refuses',
    { query: 'query ($v: Even) { even(value: $v) }', variables: { v: 3 } },
    /even number/,
  ],
  ['a missing variable', { query: 'query ($v: Int!) { required(value: $v) }' }, /was not provided/],
  ['no operation', { query: 'fragment F on Query { hello }' }, /./],
  ['an unknown operation name', { query: 'query A { hello }', operationName: 'B' }, /no such operation/],
  ['several operations and no name', { query: 'query A { hello } query B { hello }' }, /needs one operation/],
  ['more than 8 levels', { query: nested(9) }, /8 levels/],
  [
    'more than 8 levels by fragments',
    {
      query: `{ thing { ...A } } fragment A on Thing { ...B } fragment B on Thing { parent { parent { parent { parent { parent { parent { parent { id } } } } } } } }`,
    },
    /8 levels/,
  ],
  ['more than 15 aliases', { query: `{ ${repeat(8, (i) => `a${i}: thing { b${i}: id }`)} }` }, /15 aliases/],
  [
    'more than 15 aliases by fragments',
    { query: `{ ${repeat(4, (i) => `t${i}: thing { ...F }`)} } fragment F on Thing { a: id b: id c: id }` },
    /15 aliases/,
  ],
  ['more than 10 root fields', { query: `{ ${repeat(11, (i) => `a${i}: hello`)} }` }, /10 root fields/],
  [
    'more than 10 root fields by fragments',
    { query: `{ ...F ...F } fragment F on Query { ${repeat(6, (i) => `a${i}: hello`)} }` },
    /10 root fields/,
  ],
  ['more than 20 directives', { query: `{ hello ${repeat(21, () => '@include(if: true)')} }` }, /20 directives/],
  ['more than 1000 tokens', { query: `{ ${repeat(1000, () => 'hello')} }` }, /1000 tokens/],
  ['more than 20 KiB', { query: `{ hello } #${'x'.repeat(20 * 1024)}` }, /20480 bytes/],
  [
    'too costly pages',
    { query: '{ things(first: 100) { edges { node { things(first: 100) { edges { node { id } } } } } } }' },
    /costs \d+/,
  ],
  [
    'too costly pages by variables',
    {
      query: 'query ($n: Int) { things(first: $n) { edges { node { id name tags { name } } } } }',
      variables: { n: 1000 },
    },
    /costs \d+/,
  ],
  [
    'variables that nest too deep',
    { query: '{ hello }', variables: { v: JSON.parse('['.repeat(40) + ']'.repeat(40)) } },
    /nest deeper/,
  ],
  [
    'a cycle of fragments',
    { query: '{ thing { ...A } } fragment A on Thing { parent { ...A } }' },
    /Cannot spread fragment/,
  ],
  [
    'NUL in a variable',
    { query: 'query ($n: String) { hello(name: $n) }', variables: { n: 'a\u0000b' } },
    /free of NUL/,
  ],
  [
    'half a surrogate pair in a variable',
    { query: 'query ($n: String) { hello(name: $n) }', variables: { n: '\ud800' } },
    /free of NUL/,
  ],
  ['NUL spelt in the document', { query: '{ hello(name: "a\\u0000b") }' }, /free of NUL/],
  ['incremental delivery', { query: '{ ... @defer { hello } }' }, /Unknown directive/],
];

const ACCEPTED: readonly (readonly [string, GraphqlRequest])[] = [
  ['8 levels', { query: nested(8) }],
  ['15 aliases', { query: `{ ${repeat(7, (i) => `a${i}: thing { b${i}: id }`)} hi: hello }` }],
  ['10 root fields', { query: `{ ${repeat(10, (i) => `a${i}: hello`)} }` }],
  ['a page of 100', { query: '{ things(first: 100) { edges { node { id name } } } }' }],
  [
    'names of Object.prototype among the variables',
    {
      query: '{ hello }',
      variables: JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}') as Record<string, unknown>,
    },
  ],
];

describe.each(TRANSPORTS)('over $name', ({ run }) => {
  let sample: SampleTransport;

  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(async () => {
    await sample[Symbol.asyncDispose]();
  });

  test.each(REFUSED)('%s is refused', async (_name, request, message) => {
    const [result, ...more] = await run(sample, request);
    expect(more).toEqual([]);
    expect(result?.data).toBeUndefined();
    for (const error of result?.errors ?? []) {
      expect(error.extensions).toEqual({
        code: 'BAD_USER_INPUT',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      });
    }
    expect(result?.errors?.[0]?.message).toMatch(message);
  });

  test.each(ACCEPTED)('%s passes', async (_name, request) => {
    const [result] = await run(sample, request);
    expect(result?.errors).toBeUndefined();
    expect(result?.data).toBeTypeOf('object');
  });
});
