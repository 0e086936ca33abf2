import { RequestError } from '../errors.ts';

const PREFIX = 'sb1:';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A position as clients see it: opaque, stable over dump and restore. */
export function encodeCursor(position: number): string {
  return base64url(PREFIX + position.toString(36));
}

/** Of a few ASCII characters: every event has a cursor, and a Buffer for each takes ten times as long. */
function base64url(text: string): string {
  let encoded = '';
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const bits =
      (text.charCodeAt(at) << 16) |
      (left > 1 ? text.charCodeAt(at + 1) << 8 : 0) |
      (left > 2 ? text.charCodeAt(at + 2) : 0);
    encoded += BASE64URL.charAt(bits >> 18) + BASE64URL.charAt((bits >> 12) & 63);
    if (left > 1) encoded += BASE64URL.charAt((bits >> 6) & 63);
    if (left > 2) encoded += BASE64URL.charAt(bits & 63);
  }
  return encoded;
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
