import { expect, test } from 'vitest';
import { count, isProven } from './proof.ts';

const LOG = ['a', 'b', 'c', 'd'];

test('every change answered, stored and seen once, in order, is a proof', () => {
  const counted = count(['b', 'a', 'd', 'c'], LOG, LOG);
  expect(counted).toEqual({ changes: 4, events: 4, seen: 4, lost: 0, repeated: 0, inOrder: true });
  expect(isProven(counted)).toBe(true);
});

test.for([
  ['an event that was not seen', LOG, ['a', 'b', 'd'], { lost: 1 }],
  ['an event that came twice', LOG, ['a', 'b', 'b', 'c', 'd'], { repeated: 1, inOrder: false }],
  ['events that changed places', LOG, ['a', 'c', 'b', 'd'], { inOrder: false }],
  ['an answer without an event', ['a', 'b', 'c'], ['a', 'b', 'c'], { lost: 1 }],
  ['a change that was done twice', [...LOG, 'e'], [...LOG, 'e'], { events: 5 }],
  ['an event that nobody stored', LOG, ['a', 'b', 'c', 'd', 'x'], { inOrder: false }],
  ['nothing at all', [], [], { events: 0 }],
] as const)('%s is none', ([, log, seen, shown]) => {
  const counted = count(log.length === 0 ? [] : LOG, log, seen);
  expect(counted).toMatchObject(shown);
  expect(isProven(counted)).toBe(false);
});
