import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { findOddResults } from '../../scripts/result-unions.ts';

const types = `
  interface Error { message: String! }
  interface MutationPayload { consistencyToken: String! }
  type ValidationError implements Error { message: String! }
  type AddPayload implements MutationPayload { consistencyToken: String! }
  type Stray { a: Int }
`;

function oddResults(mutation: string): string[] {
  return findOddResults(buildSchema(`${types} ${mutation}`));
}

describe('mutation results', () => {
  test('are a payload and errors', () => {
    expect(oddResults('type Mutation { add: AddResult! } union AddResult = AddPayload | ValidationError')).toEqual([]);
  });

  test('must be a union', () => {
    expect(oddResults('type Mutation { add: AddPayload! }')).toEqual([
      'Mutation.add must return a union named …Result, not AddPayload.',
    ]);
  });

  test('must have the payload of their name', () => {
    expect(oddResults('type Mutation { add: AddResult! } union AddResult = ValidationError')).toEqual([
      'AddResult must have the member AddPayload.',
    ]);
  });

  test('must implement the interfaces', () => {
    const sdl = 'type Mutation { put: PutResult! } union PutResult = PutPayload | Stray  type PutPayload { a: Int }';
    expect(oddResults(sdl)).toEqual(['PutPayload must implement MutationPayload.', 'Stray must implement Error.']);
  });
});
