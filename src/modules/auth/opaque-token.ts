import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const RANDOM_BYTES = 32;
/** 32 bytes in unpadded base64url. */
const RANDOM_TEXT = /^[A-Za-z0-9_-]{43}$/;
const HASH_TEXT = /^[0-9a-f]{64}$/;

/** What a token is for. The prefix keeps one kind from passing as another and lets secret scanners find leaked ones. */
const OPAQUE_TOKEN_PREFIXES = {
  refresh: 'sb_rt_',
  bootstrap: 'sb_bt_',
  emailVerification: 'sb_ev_',
  passwordReset: 'sb_pr_',
} as const;
export type OpaqueTokenPurpose = keyof typeof OPAQUE_TOKEN_PREFIXES;

/** A new token: its purpose's prefix and 256 random bits. Show it once and keep only `hashOpaqueToken` of it. */
export function makeOpaqueToken(purpose: OpaqueTokenPurpose): string {
  return OPAQUE_TOKEN_PREFIXES[purpose] + randomBytes(RANDOM_BYTES).toString('base64url');
}

/** True when `text` has the form of a token for this purpose; anything longer or shorter is refused unread. */
export function isOpaqueToken(purpose: OpaqueTokenPurpose, text: string): boolean {
  const prefix = OPAQUE_TOKEN_PREFIXES[purpose];
  return text.startsWith(prefix) && RANDOM_TEXT.test(text.slice(prefix.length));
}

/**
 * SHA-256 of the whole token, in hex: what is stored and looked up. A slow, salted hash would protect nothing here:
 * those make guessing dear, and 256 random bits cannot be guessed at any speed.
 */
export function hashOpaqueToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares in constant time; false when the text has not the form of a token, or the stored value not that of a hash. */
export function matchesOpaqueToken(purpose: OpaqueTokenPurpose, text: string, storedHash: string): boolean {
  if (!isOpaqueToken(purpose, text) || !HASH_TEXT.test(storedHash)) return false;
  return timingSafeEqual(Buffer.from(hashOpaqueToken(text), 'hex'), Buffer.from(storedHash, 'hex'));
}
