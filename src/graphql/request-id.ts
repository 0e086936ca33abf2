import { randomUUID } from 'node:crypto';

/**
 * A random UUID as flat text. What `randomUUID` returns is put together of some fifteen strings, 480 bytes instead of 56,
 * for as long as anybody keeps it; a socket and its subscriptions keep theirs for hours.
 */
export function newRequestId(): string {
  return Buffer.from(randomUUID(), 'latin1').toString('latin1');
}
