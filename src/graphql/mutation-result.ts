import type { ObjectRef } from '@pothos/core';
import type { DomainError } from '../errors.ts';
import { builder, type BuilderTypes } from './builder.ts';

/** GraphQL throws whatever is an `Error`, even as a resolver's result: an error that is an answer travels as this. */
class AnsweredError {
  readonly name: string;

  constructor(error: DomainError) {
    const { message } = error;
    Object.assign(this, error, { message });
    this.name = error.name;
  }
}

type DomainErrorClass = new (...parameters: never[]) => DomainError;

/**
 * The union a mutation answers with: its payload, or one of the errors a client is expected to handle.
 *
 * Not the errors plugin: it makes one union per field, and the contract shares some, such as UpdateUserResult.
 */
export function mutationResult<Outcome extends object>(
  name: string,
  payload: ObjectRef<BuilderTypes, Outcome>,
  errors: readonly DomainErrorClass[],
) {
  const errorOf = (value: unknown): DomainErrorClass | undefined =>
    errors.find((constructor) => value instanceof constructor);
  const type = builder.unionType(name, {
    // Pothos resolves a class to the object type declared for it; the errors' are in error.type.ts.
    types: [payload, ...(errors as unknown as (typeof DomainError)[])],
    resolveType: (value) => (value instanceof AnsweredError ? value.name : payload) as typeof payload,
  });
  return {
    type,
    /** Runs the mutation; an error of the union becomes the answer, any other is thrown on. */
    async answer(work: () => Promise<Outcome>): Promise<Outcome> {
      try {
        return await work();
      } catch (error) {
        if (errorOf(error)) return new AnsweredError(error as DomainError) as unknown as Outcome;
        throw error;
      }
    },
  };
}
