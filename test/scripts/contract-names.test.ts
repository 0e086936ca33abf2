import { describe, expect, test } from 'vitest';
import { compareWithContract } from '../../scripts/contract-names.ts';

const contract = `
  type Query { user(id: ID!): User users(search: String, first: Int): [User!]! }
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String role: Undefined! tags: [String] }
  input UserFilter { search: String roles: [String!] id: ID! }
  enum Status { ACTIVE INACTIVE }
`;
const kept = `
  type Query { user(id: ID!): User  users(search: String, first: Int): [User!]! }
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String role: Undefined! tags: [String] }
  input UserFilter { search: String roles: [String!] id: ID! }
  enum Status { ACTIVE INACTIVE }
`;

function incompatibleAfter(from: string, to: string): readonly string[] {
  expect(kept).toContain(from);
  return compareWithContract(contract, kept.replace(from, to)).incompatible;
}

describe('the names of the contract', () => {
  test('are all implemented by an equal schema', () => {
    expect(compareWithContract(contract, kept)).toEqual({ implemented: 20, open: [], incompatible: [] });
  });

  test('are open where the schema lacks them', () => {
    const schema =
      'type Query { user(id: ID!): User } enum Status { ACTIVE }  type User { id: ID! }  interface Node { id: ID! }';
    const comparison = compareWithContract(contract, schema);
    expect(comparison.open).toEqual([
      'Query.users',
      'User.name',
      'User.role',
      'User.tags',
      'UserFilter',
      'Status.INACTIVE',
    ]);
    expect(comparison.incompatible).toEqual(['User must implement Node.']);
  });

  test.for([
    ['an output becomes non-null', 'name: String', 'name: String!'],
    ['an output list becomes non-null inside', 'tags: [String]', 'tags: [String!]!'],
    ['an input becomes nullable', 'user(id: ID!)', 'user(id: ID)'],
    ['an input gets a default', 'first: Int', 'first: Int! = 20'],
    ['an optional argument is added', 'first: Int', 'first: Int, after: String'],
    ['a type, field or value is added', 'ACTIVE INACTIVE', 'ACTIVE INACTIVE LOCKED'],
  ] as const)('are kept when %s', ([, from, to]) => {
    expect(incompatibleAfter(from, to)).toEqual([]);
  });

  test.for([
    ['an output becomes nullable', '[User!]!', '[User]!', 'Query.users must be [User!]!, but is [User]!.'],
    ['an output has another type', 'name: String', 'name: Int', 'User.name must be String, but is Int.'],
    ['an input becomes required', 'first: Int', 'first: Int!', 'Query.users(first) must be Int, but is Int!.'],
    [
      'an input list becomes stricter',
      '[String!] id',
      '[String!]! id',
      'UserFilter(roles) must be [String!], but is [String!]!.',
    ],
    [
      'a required argument is added',
      'first: Int',
      'first: Int, by: ID!',
      'Query.users(by) is required, but existing clients do not send it.',
    ],
    [
      'a required input field is added',
      'id: ID! }\n  enum',
      'id: ID! by: ID! }\n  enum',
      'UserFilter(by) is required, but existing clients do not send it.',
    ],
    ['an interface is lost', 'User implements Node', 'User', 'User must implement Node.'],
    [
      'the kind changes',
      'enum Status { ACTIVE INACTIVE }',
      'scalar Status',
      'Status must be of the kind enum, but is scalar.',
    ],
  ] as const)('are broken when %s', ([, from, to, sentence]) => {
    expect(incompatibleAfter(from, to)).toEqual([sentence]);
  });
});
