import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { operationCost } from './operation-cost.ts';
import { fragmentsOf } from './operation-limits.ts';

const schema = buildSchema(/* GraphQL */ `
  interface Event {
    id: ID!
  }
  type Opened implements Event {
    id: ID!
    a: Int
    b: Int
  }
  type Closed implements Event {
    id: ID!
    c: Int
  }
  type Thing {
    id: ID!
    parent: Thing
    tags: [Thing!]!
    things(first: Int, last: Int): Things
  }
  type Things {
    edges: [Edge!]!
    total: Int
  }
  type Edge {
    node: Thing
  }
  type Query {
    thing: Thing
    things(first: Int = 5, last: Int): Things
    events: [Event!]!
  }
  type Subscription {
    event: Event
  }
`);

function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('The query has no operation.');
  return operationCost({ schema, operation, fragments: fragmentsOf(document), variables });
}

test.each([
  ['one for each field', '{ thing { id parent { id } } }', {}, 4],
  ['a connection costs its page, its edges once', '{ things(first: 10) { edges { node { id } } } }', {}, 31],
  ['the larger of first and last', '{ things(first: 2, last: 10) { total } }', {}, 11],
  ['20 without a page size', '{ things { total } }', {}, 21],
  ['a page size in a variable', 'query ($n: Int) { things(first: $n) { total } }', { n: 7 }, 8],
  ['the default of a variable', 'query ($n: Int = 3) { things(first: $n) { total } }', {}, 4],
  ['20 for a variable that is no number', 'query ($n: Int) { things(first: $n) { total } }', { n: '7' }, 21],
  ['nothing below an empty page', '{ things(first: -5) { total } }', {}, 1],
  ['10 for a plain list', '{ thing { tags { id } } }', {}, 12],
  [
    'pages multiply',
    '{ things(first: 10) { edges { node { things(first: 10) { total } } } } }',
    {},
    1 + 10 * (1 + 1 + 1 + 10),
  ],
  ['fragments where they are spread', '{ thing { ...F parent { ...F } } } fragment F on Thing { id }', {}, 4],
  [
    'a fragment on a connection keeps its page',
    '{ things(first: 4) { ...F } } fragment F on Things { edges { node { id } } }',
    {},
    13,
  ],
  ['the dearest of several types', '{ events { id ... on Opened { a b } ... on Closed { c } } }', {}, 1 + 10 * 3],
  ['one event of a subscription', 'subscription { event { id } }', {}, 2],
  ['nothing for introspection', '{ __schema { types { name fields { name } } } }', {}, 1],
])('counts %s', (_name, query, variables, cost) => {
  expect(costOf(query, variables)).toBe(cost);
});
