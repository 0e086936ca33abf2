import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/** Digests of a text under keys that are in no database, that of the current key first. */
export interface DigestKeys {
  digest(text: string): Promise<readonly string[]>;
}

/**
 * What an idempotent input is known again by, the one to be stored first; any of them says that it is the same. An input
 * with a `Secret` is digested under a key: whoever reads the table could guess a password from a plain digest.
 */
export async function digestsOf(input: unknown, keys: DigestKeys | null): Promise<readonly string[]> {
  const { text, isSecret } = canonicalJson(input);
  if (!isSecret) return [createHash('sha256').update(text).digest('hex')];
  if (!keys) throw new Error('An idempotent input holds a secret, and there is no key to digest it under.');
  return keys.digest(text);
}

/** JSON with sorted keys, so that the order in which a client wrote its input does not matter; secrets in clear. */
function canonicalJson(input: unknown): { readonly text: string; readonly isSecret: boolean } {
  let isSecret = false;
  const text = JSON.stringify(input, function (this: Record<string, unknown>, key, inner: unknown) {
    // JSON calls `toJSON` first, which hides a secret: the object itself stands in its holder.
    const own = this[key];
    if (own instanceof Secret) {
      isSecret = true;
      return own.reveal();
    }
    return inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  });
  return { text, isSecret };
}
