import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { type ArgumentPlace, argumentPlaces, operationWith, rootFields } from '../support/schema-walk.ts';
import { countEvents } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let events: number;
beforeAll(async () => {
  app = await startTestApp();
  events = await countEvents(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

const schema = buildSchema();
const named = (place: ArgumentPlace): ArgumentPlace & { name: string } => ({
  ...place,
  name: `${place.root.kind} ${place.root.field.name}(${place.path.join('.')})`,
});

/** Values that no place of the scalar may take, whatever the field does with them. */
const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  String: [7, true, { $ne: null }],
  ID: [7, 2 ** 53 + 1, true, '', ' ', 'x'.repeat(10_000), "' or 1=1 --"],
  Int: ['7', 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, true],
  SafeInt: ['7', 1.5, 2 ** 53, -(2 ** 53)],
  Boolean: ['true', 0],
  DateTime: [
    0,
    '',
    'now',
    'infinity',
    '2026-02-31T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '0000-01-01T00:00:00Z',
    '+12026-01-01T00:00:00Z',
  ],
  Cursor: [0, '', 'garbage', 'c2IxOg', 'c2IxOi0x', 'x'.repeat(10_000)],
};

const refused = Object.entries(REFUSED).filter(([typeName]) => argumentPlaces(schema, [typeName]).length > 0);

describe.for(refused)('values that are no %s', ([typeName, values]) => {
  test.for(argumentPlaces(schema, [typeName]).map(named))('are refused in the $name', async (place) => {
    for (const value of values) {
      const { query, variables } = operationWith(place, value);
      const { status, result } = await app.admin.client.send(query, variables);
      expect([value, status, result.errors?.map(({ extensions }) => extensions.code)]).toEqual([
        value,
        200,
        [expect.stringMatching(/^(BAD_USER_INPUT|CURSOR_INVALID)$/)],
      ]);
    }
    expect(await countEvents(app.sql)).toBe(events);
  });
});

/** Right by their type: what the field makes of them is its own matter, but never a failure of the server. */
const ODD: Readonly<Record<string, readonly unknown[]>> = {
  String: ['', ' ', 'x'.repeat(10_000), '\u202e', '%_!\\', "'; drop table event; --", '\r\nBcc: x@example.com', '💥'],
  ID: ['x', '00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
  Int: [0, -1, -(2 ** 31), 2 ** 31 - 1],
  DateTime: ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+14:00'],
};

describe.for(Object.entries(ODD))('odd values of %s', ([typeName, values]) => {
  // A subscription that is accepted does not end.
  const places = argumentPlaces(schema, [typeName]).filter(({ root }) => root.kind !== 'subscription');
  test.for(places.map(named))('are no failure in the $name', async (place) => {
    for (const value of values) {
      const { query, variables } = operationWith(place, value);
      const { status, result } = await app.admin.client.send(query, variables);
      const codes = result.errors?.map(({ extensions }) => extensions.code) ?? [];
      expect([value, status < 500, codes.includes('INTERNAL_SERVER_ERROR')]).toEqual([value, true, false]);
    }
  });
});

test.for(rootFields(schema).map(({ kind, field }) => ({ kind, name: field.name })))(
  'the $kind $name refuses an argument and a selection it does not know',
  async ({ kind, name }) => {
    for (const query of [
      `${kind} { ${name}(noSuchArgument: 1) { __typename } }`,
      `${kind} { ${name} { noSuchField } }`,
    ]) {
      expect(await app.admin.client.codeOf(query)).toBe('BAD_USER_INPUT');
    }
  },
);
