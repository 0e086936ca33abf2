import { describe, expect, it } from 'vitest';
import {
  decideRefresh,
  hashRefreshToken,
  isRefreshToken,
  makeRefreshToken,
  type StoredRefreshToken,
} from './refresh-token.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const FRESH: StoredRefreshToken = {
  spentAt: null,
  successorUsed: false,
  expiresAt: secondsAgo(-3600),
  sessionRevokedAt: null,
};
const decide = (change: Partial<StoredRefreshToken>, graceSeconds = 30): string =>
  decideRefresh({ ...FRESH, ...change }, NOW, graceSeconds);

describe('a refresh token', () => {
  it('has its own form, which no access token has', () => {
    expect(makeRefreshToken()).toMatch(/^sb_rt_[A-Za-z0-9_-]{43}$/);
    expect(isRefreshToken(makeRefreshToken())).toBe(true);
    expect(isRefreshToken(`eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.${'A'.repeat(86)}`)).toBe(false);
  });

  it('is stored as a SHA-256 that does not contain it', () => {
    const token = makeRefreshToken();
    expect(hashRefreshToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashRefreshToken(token)).toBe(hashRefreshToken(token));
    expect(hashRefreshToken(token)).not.toBe(hashRefreshToken(makeRefreshToken()));
  });
});

describe('presenting a refresh token', () => {
  it('unknown: invalid', () => expect(decideRefresh(null, NOW, 30)).toBe('invalid'));
  it('fresh: rotate', () => expect(decide({})).toBe('rotate'));
  it('expired this instant: invalid', () => expect(decide({ expiresAt: NOW })).toBe('invalid'));
  it('of a revoked session: invalid, fresh or spent', () => {
    expect(decide({ sessionRevokedAt: secondsAgo(1) })).toBe('invalid');
    expect(decide({ sessionRevokedAt: secondsAgo(1), spentAt: secondsAgo(90), successorUsed: true })).toBe('invalid');
  });
  it('spent, successor unused, within the grace: repeat', () => {
    expect(decide({ spentAt: NOW })).toBe('repeat');
    expect(decide({ spentAt: secondsAgo(30) })).toBe('repeat');
  });
  it('spent, successor unused, after the grace: reuse', () => {
    expect(decide({ spentAt: secondsAgo(30.001) })).toBe('reuse');
    expect(decide({ spentAt: secondsAgo(6) }, 5)).toBe('reuse');
  });
  it('spent, successor used: reuse, even at once', () => {
    expect(decide({ spentAt: NOW, successorUsed: true })).toBe('reuse');
  });
  it('a grace configured above 30 s counts as 30 s', () => {
    expect(decide({ spentAt: secondsAgo(31) }, 3600)).toBe('reuse');
  });
  it('spent and expired: no new token, but a copy is still noticed', () => {
    expect(decide({ expiresAt: NOW, spentAt: secondsAgo(1) })).toBe('invalid');
    expect(decide({ expiresAt: NOW, spentAt: secondsAgo(1), successorUsed: true })).toBe('reuse');
  });
});
