import { hashOpaqueToken, isOpaqueToken, makeOpaqueToken } from './opaque-token.ts';

/** A lost answer may be retried for this long at most, whatever is configured. */
const MAX_GRACE_SECONDS = 30;

/** `sb_rt_` and 256 random bits in base64url. */
export function makeRefreshToken(): string {
  return makeOpaqueToken('refresh');
}

/** False for every other text, an access token included: it is refused without a look-up. */
export function isRefreshToken(text: string): boolean {
  return isOpaqueToken('refresh', text);
}

/** SHA-256 in hex, see `hashOpaqueToken`: only this is stored. */
export function hashRefreshToken(token: string): string {
  return hashOpaqueToken(token);
}

/** What is known about the refresh token whose hash was presented. */
export interface StoredRefreshToken {
  /** When it was first exchanged, by the database clock. A retry must not move it, or the grace would never end. */
  readonly spentAt: Date | null;
  /** The token issued in exchange was itself presented. */
  readonly successorUsed: boolean;
  /** The absolute end of the session; rotation does not move it. */
  readonly expiresAt: Date;
  readonly sessionRevokedAt: Date | null;
}

/**
 * - `rotate`: mark it spent and issue a successor.
 * - `repeat`: the answer to its first exchange was probably lost. Issue a new successor in place of the unused one,
 *   whose hash is forgotten, and leave `spentAt` as it is.
 * - `reuse`: somebody holds a copy. Revoke the session with all its tokens and record it.
 * - `invalid`: unknown, expired, or of a session that has ended. Refuse; nothing to revoke.
 */
export type RefreshDecision = 'rotate' | 'repeat' | 'reuse' | 'invalid';

/**
 *   fresh ──presented──▶ spent ──again within the grace, successor unused──▶ spent (repeat)
 *                          └────again later, or successor used────────────▶ session revoked (reuse)
 *
 * Decide and write in one transaction that holds the row locked: two clients presenting one token at once must not
 * both see it fresh. A copy presented after its expiry still counts as reuse, since the session may live on.
 */
export function decideRefresh(stored: StoredRefreshToken | null, now: Date, graceSeconds: number): RefreshDecision {
  if (stored === null || stored.sessionRevokedAt !== null) return 'invalid';
  const expired = stored.expiresAt.getTime() <= now.getTime();
  if (stored.spentAt === null) return expired ? 'invalid' : 'rotate';
  const graceMs = Math.min(graceSeconds, MAX_GRACE_SECONDS) * 1000;
  const withinGrace = now.getTime() - stored.spentAt.getTime() <= graceMs;
  if (stored.successorUsed || !withinGrace) return 'reuse';
  return expired ? 'invalid' : 'repeat';
}
