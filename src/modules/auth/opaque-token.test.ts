import { describe, expect, it } from 'vitest';
import { hashOpaqueToken, isOpaqueToken, makeOpaqueToken, matchesOpaqueToken } from './opaque-token.ts';

describe('an opaque token', () => {
  it('is a prefix that says its purpose and 32 random bytes', () => {
    expect(makeOpaqueToken('passwordReset')).toMatch(/^sb_pr_[A-Za-z0-9_-]{43}$/);
    const made = Array.from({ length: 100 }, () => makeOpaqueToken('bootstrap'));
    expect(new Set(made).size).toBe(100);
  });

  it('matches its own hash only', () => {
    const token = makeOpaqueToken('bootstrap');
    expect(matchesOpaqueToken('bootstrap', token, hashOpaqueToken(token))).toBe(true);
    expect(matchesOpaqueToken('bootstrap', makeOpaqueToken('bootstrap'), hashOpaqueToken(token))).toBe(false);
  });

  it('does not pass for another purpose, even with the right hash', () => {
    const token = makeOpaqueToken('emailVerification');
    expect(isOpaqueToken('passwordReset', token)).toBe(false);
    expect(matchesOpaqueToken('passwordReset', token, hashOpaqueToken(token))).toBe(false);
  });

  it.each([
    ['', 'nothing'],
    ['sb_bt_', 'a prefix alone'],
    [`sb_bt_${'A'.repeat(42)}`, 'too short'],
    [`sb_bt_${'A'.repeat(44)}`, 'too long'],
    [`sb_bt_${'A'.repeat(43)}\n`, 'a trailing line break'],
    [`sb_bt_${'A'.repeat(42)}=`, 'padding'],
    [`SB_BT_${'A'.repeat(43)}`, 'a prefix in capitals'],
    [`sb_bt_${'A'.repeat(1_000_000)}`, 'huge'],
  ])('is not read from a text of another form (%#)', (text) => {
    expect(isOpaqueToken('bootstrap', text)).toBe(false);
    expect(matchesOpaqueToken('bootstrap', text, hashOpaqueToken(text))).toBe(false);
  });

  it('never matches something stored that is no hash', () => {
    expect(matchesOpaqueToken('bootstrap', makeOpaqueToken('bootstrap'), '')).toBe(false);
  });
});
