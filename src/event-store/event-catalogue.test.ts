import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { EventCatalogue } from './event-catalogue.ts';

const ThingMade = defineEvent({
  type: 'THING_MADE',
  aggregateType: 'Thing',
  schemaVersion: 3,
  data: z.object({ fullName: z.string(), size: z.int() }),
  upcasters: {
    1: ({ name, ...rest }) => ({ ...rest, fullName: name }),
    2: (data) => ({ ...data, size: 0 }),
  },
});
const catalogue = new EventCatalogue([ThingMade]);

test('data of each older version is brought to the current one, step by step', () => {
  const current = { schemaVersion: 3, data: { fullName: 'a', size: 0 } };
  expect(catalogue.upcast('THING_MADE', 1, { name: 'a' })).toEqual(current);
  expect(catalogue.upcast('THING_MADE', 2, { fullName: 'a' })).toEqual(current);
  expect(catalogue.upcast('THING_MADE', 3, current.data)).toEqual(current);
});

test('data of an unknown type or of a newer program passes unchanged', () => {
  expect(catalogue.upcast('THING_LOST', 1, { name: 'a' })).toEqual({ schemaVersion: 1, data: { name: 'a' } });
  expect(catalogue.upcast('THING_MADE', 4, { other: 1 })).toEqual({ schemaVersion: 4, data: { other: 1 } });
});

test('data that cannot be brought to the current version passes unchanged', () => {
  const unreadable = new EventCatalogue([
    defineEvent({
      type: 'THING_MADE',
      aggregateType: 'Thing',
      schemaVersion: 2,
      upcasters: { 1: (data) => ({ fullName: (data['name'] as string).trim() }) },
      data: z.object({ fullName: z.string() }),
    }),
  ]);
  expect(unreadable.upcast('THING_MADE', 1, { name: 7 })).toEqual({ schemaVersion: 1, data: { name: 7 } });
  expect(unreadable.upcast('THING_MADE', 0, { name: 'a' })).toEqual({ schemaVersion: 0, data: { name: 'a' } });
});

test('two definitions of one type are refused', () => {
  expect(() => new EventCatalogue([ThingMade, ThingMade])).toThrow('share one type');
});
