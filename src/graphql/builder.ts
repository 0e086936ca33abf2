import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { Kind } from 'graphql';
import { RequestError } from '../errors.ts';
import type { Context } from './context.ts';
import './deny-by-default.ts';
import { fromLiteral, parseCursor, parseDateTime, parseJson, parseSafeInt, serializeDateTime } from './scalars.ts';

export interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  AuthScopes: {
    /** Anyone, signed in or not. */
    public: boolean;
    /** Any signed-in person. */
    authenticated: boolean;
    /** Holders of the named permission. */
    permission: string;
  };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date | string };
    JSON: { Input: unknown; Output: unknown };
    Cursor: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
  };
}

/** What Pothos makes of them: the type argument of every ref. */
export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** The schema's builder: plugins, scopes and scalars, but no types; those stand in the modules. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ScopeAuthPlugin, DataloaderPlugin, 'denyByDefault'],
  defaultFieldNullability: false,
  scopeAuth: {
    // An unauthorised subscription never starts.
    authorizeOnSubscribe: true,
    authScopes: (context) => ({
      public: true,
      authenticated: context.viewer !== null,
      permission: (permission: string) => context.viewer?.permissions.has(permission) ?? false,
    }),
    unauthorizedError: (_parent, context) =>
      context.viewer
        ? new RequestError('FORBIDDEN', 'You may not do this.')
        : new RequestError('UNAUTHENTICATED', 'Sign in first.'),
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});

builder.scalarType('DateTime', {
  description: 'RFC 3339 date and time; answers are in UTC.',
  serialize: serializeDateTime,
  parseValue: parseDateTime,
  parseLiteral: fromLiteral(parseDateTime, [Kind.STRING]),
});
builder.scalarType('SafeInt', {
  description: 'A whole number within ±(2^53 - 1).',
  serialize: (value) => value,
  parseValue: parseSafeInt,
  parseLiteral: fromLiteral(parseSafeInt, [Kind.INT]),
});
builder.scalarType('Cursor', {
  description: 'An opaque place in the event log; still good after a restart, a dump and a restore.',
  serialize: (value) => value,
  parseValue: parseCursor,
  parseLiteral: fromLiteral(parseCursor, [Kind.STRING]),
});
builder.scalarType('JSON', {
  serialize: (value) => value,
  parseValue: parseJson,
  parseLiteral: fromLiteral(parseJson, Object.values(Kind)),
});
