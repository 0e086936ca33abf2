import { getNamedType, getNullableType, isInputObjectType, isListType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { harmlessArguments, harmlessValue, operationOf, rootFields } from '../support/schema-walk.ts';
import { countEvents } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const schema = buildSchema();

/** What only the server sets. */
const NEVER_INPUT =
  /^(id|version|createdAt|updatedAt|isActive|passwordHash|status|total|orderNumber|permissions?OfRole|ownerId)$/i;

test('no mutation’s input has a field that only the server sets', () => {
  const inputs = rootFields(schema)
    .filter(({ kind }) => kind === 'mutation')
    .flatMap(({ field }) => field.args.map(({ type }) => getNamedType(type)))
    .filter(isInputObjectType);
  const found = inputs.flatMap((type) =>
    Object.keys(type.getFields())
      .filter((name) => NEVER_INPUT.test(name))
      .map((name) => `${type.name}.${name}`),
  );
  expect(found).toEqual([]);
});

const places = rootFields(schema).flatMap((root) =>
  root.field.args
    .filter(({ type }) => isInputObjectType(getNamedType(type)))
    .map((argument) => ({ root, argument, name: `${root.kind} ${root.field.name}(${argument.name})` })),
);

test.for(places)('a field that $name does not list is refused', async ({ root, argument }) => {
  const before = await countEvents(app.sql);
  const type = getNamedType(argument.type);
  if (!isInputObjectType(type)) throw new Error('Not an input object.');
  const known = harmlessValue(getNullableType(type)) as Record<string, unknown>;
  for (const extra of ['isAdmin', 'version', 'roleName', '__proto__x']) {
    const value = { ...known, [extra]: 1 };
    const isList = isListType(getNullableType(argument.type));
    const variables = { ...harmlessArguments(root), [argument.name]: isList ? [value] : value };
    const { query } = operationOf(root, variables);
    expect([extra, await app.admin.client.codeOf(query, variables)]).toEqual([extra, 'BAD_USER_INPUT']);
  }
  expect(await countEvents(app.sql)).toBe(before);
});
