import { expect, test } from 'vitest';
import { recognizeEvents } from '../../../sdk/src/domain-event.ts';

const metadata = { timestamp: '2026-11-26T12:00:00.000Z', userId: null };
const known = { id: '1', type: 'USER_CREATED', schemaVersion: 1, data: { user: {} }, metadata };
const newer = { id: '2', type: 'USER_ASCENDED', schemaVersion: 1, data: { type: 'x', schemaVersion: 2 }, metadata };

test('an event of a type that a newer server has is UNRECOGNIZED, with its data untouched', () => {
  expect(recognizeEvents({ events: { edges: [{ node: newer }, { node: known }] } })).toEqual({
    events: {
      edges: [{ node: { ...newer, type: 'UNRECOGNIZED', unrecognizedType: 'USER_ASCENDED' } }, { node: known }],
    },
  });
});

test('what is no event stays as it is', () => {
  const answer = { user: { type: 'USER_ASCENDED', schemaVersion: null }, list: [1, 'a', null], none: null };
  expect(recognizeEvents(answer)).toEqual(answer);
});
