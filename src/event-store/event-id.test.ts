import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventIdFloor, newEventId, timestampOf } from './event-id.ts';

test('new ids ascend, and tell when they were made', () => {
  const before = Date.now();
  const ids = Array.from({ length: 1_000 }, newEventId);
  const after = Date.now();

  expect(ids).toEqual(ids.toSorted());
  for (const id of ids) {
    const time = Date.parse(timestampOf(id));
    expect(time).toBeGreaterThanOrEqual(before);
    // The generator may run ahead when it is asked for many ids in one millisecond.
    expect(time).toBeLessThanOrEqual(after + 10);
  }
});

test('a timestamp has milliseconds and is in UTC', () => {
  expect(timestampOf('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe('2022-02-22T19:22:22.000Z');
});

test('the floor of a time is at or below every id of that time and above every earlier one', () => {
  const times = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
  fc.assert(
    fc.property(times, fc.uuid({ version: 7 }), (at, id) => {
      const made = Date.parse(timestampOf(id));
      expect(id >= eventIdFloor(at.getTime())).toBe(made >= at.getTime());
      expect(timestampOf(eventIdFloor(at.getTime()))).toBe(at.toISOString());
    }),
  );
});

test('times that no id can hold lie before or behind all ids', () => {
  const first = '00000000-0000-7000-8000-000000000000';
  const last = 'fffffffe-ffff-7fff-bfff-ffffffffffff';
  expect(eventIdFloor(-1) <= first).toBe(true);
  expect(eventIdFloor(-8.64e15) <= first).toBe(true);
  expect(eventIdFloor(8.64e15) > last).toBe(true);
  expect(eventIdFloor(8.64e15)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-0000-0000-000000000000$/);
});
