import { RequestError } from '../errors.ts';

const PREFIX = 'sb1:';

/** A position as clients see it: opaque, stable over dump and restore. */
export function encodeCursor(position: number): string {
  return Buffer.from(PREFIX + position.toString(36)).toString('base64url');
}

/** @throws RequestError CURSOR_INVALID when the text is no cursor of ours. */
export function decodeCursor(cursor: string): number {
  const text = cursor.length <= 40 ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  const position = /^sb1:[0-9a-z]{1,11}$/.test(text) ? Number.parseInt(text.slice(PREFIX.length), 36) : Number.NaN;
  if (!Number.isSafeInteger(position) || encodeCursor(position) !== cursor) {
    throw new RequestError(
      'CURSOR_INVALID',
      'The cursor is malformed. Start without one, or from one that the server gave you.',
    );
  }
  return position;
}
