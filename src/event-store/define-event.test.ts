import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define-event.ts';

const data = z.object({ name: z.string() });
const upcaster = (old: object) => ({ ...old });

test('an event starts at schema version 1 and concerns nobody unless it says so', () => {
  const definition = defineEvent({ type: 'THING_MADE', aggregateType: 'Thing', data });
  expect(definition).toMatchObject({ type: 'THING_MADE', aggregateType: 'Thing', schemaVersion: 1 });
  expect(definition.subject({ name: 'a' }, 'id')).toBeNull();
});

test('data with a field that is not declared is refused', () => {
  const definition = defineEvent({ type: 'THING_MADE', aggregateType: 'Thing', data });
  expect(() => definition.data.parse({ name: 'a', password: 'b' })).toThrow('password');
});

test('every older schema version needs its upcaster', () => {
  const define = (upcasters: Record<number, typeof upcaster>) =>
    defineEvent({ type: 'THING_MADE', aggregateType: 'Thing', schemaVersion: 3, data, upcasters });
  expect(() => define({ 1: upcaster })).toThrow('no upcaster from schema version 2');
  expect(() => define({ 2: upcaster })).toThrow('no upcaster from schema version 1');
  expect(define({ 1: upcaster, 2: upcaster }).schemaVersion).toBe(3);
});

test.for(['', 'thingMade', 'THING-MADE', '_THING', 'THING_', 'THING__MADE', '1THING', 'THING MADE', 'THING_MADE\n'])(
  'the name %j is refused',
  (type) => {
    expect(() => defineEvent({ type, aggregateType: 'Thing', data })).toThrow('SCREAMING_SNAKE');
  },
);
