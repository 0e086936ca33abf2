import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { expect, test } from 'vitest';
import '../../src/graphql/deny-by-default.ts';

function makeBuilder() {
  return new SchemaBuilder<{ AuthScopes: { public: boolean } }>({
    plugins: [ScopeAuthPlugin, 'denyByDefault'],
    scopeAuth: { authScopes: () => ({ public: true }) },
  });
}

type Builder = ReturnType<typeof makeBuilder>;

function build(declare: (builder: Builder) => void): () => unknown {
  const builder = makeBuilder();
  declare(builder);
  return () => builder.toSchema();
}

const ROOTS = {
  Query: (builder: Builder) => builder.queryType({ fields: (t) => ({ open: t.string({ resolve: () => '' }) }) }),
  Mutation: (builder: Builder) => {
    builder.queryType({ fields: (t) => ({ ok: t.string({ authScopes: { public: true }, resolve: () => '' }) }) });
    builder.mutationType({ fields: (t) => ({ open: t.string({ resolve: () => '' }) }) });
  },
  Subscription: (builder: Builder) => {
    builder.queryType({ fields: (t) => ({ ok: t.string({ authScopes: { public: true }, resolve: () => '' }) }) });
    builder.subscriptionType({
      fields: (t) => ({
        open: t.string({
          async *subscribe() {
            yield '';
          },
          resolve: () => '',
        }),
      }),
    });
  },
};

test.for(Object.keys(ROOTS) as (keyof typeof ROOTS)[])('a field of %s needs a rule of its own', (name) => {
  expect(build((builder) => void ROOTS[name](builder))).toThrow(`${name}.open has no authorization rule.`);
});

test('a rule on the root type does not count for its fields', () => {
  const schema = build((builder) =>
    builder.queryType({ authScopes: { public: true }, fields: (t) => ({ open: t.string({ resolve: () => '' }) }) }),
  );
  expect(schema).toThrow('Query.open has no authorization rule.');
});

const withThing = (options: { authScopes?: { public: true }; guardedByParent?: true }) =>
  build((builder) => {
    const thing = builder
      .objectRef<{ name: string }>('Thing')
      .implement({ ...options, fields: (t) => ({ name: t.exposeString('name') }) });
    builder.queryType({
      fields: (t) => ({
        thing: t.field({ type: thing, authScopes: { public: true }, resolve: () => ({ name: '' }) }),
      }),
    });
  });

test('a field of an object needs one, there or on its type, or the word that its parent has one', () => {
  expect(withThing({})).toThrow('Thing.name has no authorization rule.');
  expect(withThing({ authScopes: { public: true } })).not.toThrow();
  expect(withThing({ guardedByParent: true })).not.toThrow();
});
