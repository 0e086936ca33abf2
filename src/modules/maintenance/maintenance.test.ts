import { expect, test } from 'vitest';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import { closeWindow, openWindow } from './maintenance.ts';

const NOW = new Date('2026-11-26T10:00:00.000Z');
const LATER = new Date('2026-11-26T11:00:00.000Z');
const input = { reason: 'New disks', expectedEnd: LATER };

test('one window at a time', () => {
  const open = openWindow(null, input, NOW);
  expect(open).toEqual({
    reason: 'New disks',
    startedAt: NOW.toISOString(),
    expectedEnd: LATER.toISOString(),
    completedAt: null,
  });
  expect(() => openWindow(open, input, NOW)).toThrow(InvalidStateError);
  const closed = closeWindow(open, LATER);
  expect(closed).toEqual({ ...open, completedAt: LATER.toISOString() });
  expect(() => closeWindow(closed, LATER)).toThrow(InvalidStateError);
  expect(() => closeWindow(null, LATER)).toThrow(InvalidStateError);
  expect(openWindow(closed, { ...input, expectedEnd: null }, NOW).expectedEnd).toBeNull();
});

test('an end that has passed is no end to expect', () => {
  expect(() => openWindow(null, { ...input, expectedEnd: NOW }, NOW)).toThrow(ValidationError);
});
