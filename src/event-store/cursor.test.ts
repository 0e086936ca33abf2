import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const positions = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test('a cursor gives its position back, and fits into a URL', () => {
  fc.assert(
    fc.property(positions, (position) => {
      const cursor = encodeCursor(position);
      expect(decodeCursor(cursor)).toBe(position);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]{1,40}$/);
    }),
  );
});

test.for([
  '',
  'garbage',
  '12',
  'sb1:5',
  Buffer.from('sb1:').toString('base64url'),
  Buffer.from('sb2:5').toString('base64url'),
  Buffer.from('sb1:05').toString('base64url'),
  Buffer.from('sb1:-5').toString('base64url'),
  Buffer.from('sb1:A').toString('base64url'),
  Buffer.from('sb1:5 ').toString('base64url'),
  Buffer.from('sb1:zzzzzzzzzzz').toString('base64url'),
  `${encodeCursor(5)}=`,
  ` ${encodeCursor(5)}`,
  `${encodeCursor(5)}\u0000`,
  'x'.repeat(41),
])('%j is refused as a cursor', (cursor) => {
  expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
});

test('any text is either the one cursor of its position or refused by name', () => {
  const nearly = fc.string().map((text) => Buffer.from(`sb1:${text}`).toString('base64url'));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), nearly), (text) => {
      expect(roundTrip(text)).toBeOneOf([text, 'CURSOR_INVALID']);
    }),
  );
});

function roundTrip(text: string): string {
  try {
    return encodeCursor(decodeCursor(text));
  } catch (error) {
    if (error instanceof RequestError) return error.code;
    throw error;
  }
}
