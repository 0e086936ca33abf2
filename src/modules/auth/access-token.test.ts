import { generateKeyPairSync, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createLocalJWKSet, jwtVerify, SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from './access-token.ts';
import { makeRefreshToken } from './refresh-token.ts';
import { generateSigningKeyText, parseSigningKeys } from './signing-key.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const BASE = { issuer: 'https://signalbox.test', audience: 'signalbox' };
const KEY_TEXT = generateSigningKeyText();
const keys = parseSigningKeys(KEY_TEXT, 'TEST_KEY');
const tokens = new AccessTokens({ ...BASE, keys });
const subject = { userId: randomUUID(), sessionId: randomUUID() };

const GOOD_HEADER = { alg: 'EdDSA', typ: 'at+jwt', kid: keys.signing.kid };
const issuedAt = NOW.getTime() / 1000;
const GOOD_CLAIMS = {
  iss: BASE.issuer,
  aud: BASE.audience,
  sub: subject.userId,
  sid: subject.sessionId,
  jti: randomUUID(),
  iat: issuedAt,
  exp: issuedAt + 900,
};

/** A token with a right signature and one thing changed. */
function signed(header: Partial<JWTHeaderParameters>, claims: Record<string, unknown> = {}): Promise<string> {
  const payload = { ...GOOD_CLAIMS, ...claims } as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ ...GOOD_HEADER, ...header }).sign(keys.signing.privateKey);
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const INVALID = { name: 'RequestError', code: 'UNAUTHENTICATED', details: { reason: 'TOKEN_INVALID' } };
const EXPIRED = { name: 'RequestError', code: 'UNAUTHENTICATED', details: { reason: 'TOKEN_EXPIRED' } };

describe('an issued access token', () => {
  it('gives back whom it was issued for', async () => {
    const { token, expiresAt } = await tokens.issue({ ...subject, now: NOW });
    expect(expiresAt).toEqual(later(900));
    expect(await tokens.verify(token, NOW)).toEqual({ ...subject, jti: expect.any(String) as unknown, expiresAt });
  });

  it('is at+jwt with every claim, its own jti, and verifies with the published key set', async () => {
    const { token } = await tokens.issue({ ...subject, now: NOW });
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(tokens.jwks()), { currentDate: NOW });
    expect(protectedHeader).toEqual(GOOD_HEADER);
    expect(payload).toEqual({ ...GOOD_CLAIMS, jti: expect.any(String) as unknown });
    expect((await tokens.verify((await tokens.issue(subject)).token)).jti).not.toBe(payload.jti);
  });

  it('ends with its lifetime, allowing for clocks five seconds apart', async () => {
    const { token } = await tokens.issue({ ...subject, now: NOW });
    expect((await tokens.verify(token, later(904))).userId).toBe(subject.userId);
    await expect(tokens.verify(token, later(905))).rejects.toMatchObject(EXPIRED);
    expect((await tokens.verify(token, later(-5))).userId).toBe(subject.userId);
    await expect(tokens.verify(token, later(-6))).rejects.toMatchObject(INVALID);
  });

  it.each([901, 0, 1.5])('cannot be configured to live %s seconds', (lifetimeSeconds) => {
    expect(() => new AccessTokens({ ...BASE, keys, lifetimeSeconds })).toThrow(RangeError);
  });
});

describe('key rotation', () => {
  it('accepts tokens of the old key while it is listed, signs with the new one, and publishes both', async () => {
    const { token } = await tokens.issue(subject);
    const newKey = generateSigningKeyText();
    const during = new AccessTokens({ ...BASE, keys: parseSigningKeys(`${newKey},${KEY_TEXT}`, 'TEST_KEY') });
    const after = new AccessTokens({ ...BASE, keys: parseSigningKeys(newKey, 'TEST_KEY') });
    expect((await during.verify(token)).userId).toBe(subject.userId);
    expect((await after.verify((await during.issue(subject)).token)).userId).toBe(subject.userId);
    await expect(after.verify(token)).rejects.toMatchObject(INVALID);
    expect(during.jwks().keys).toHaveLength(2);
    expect(JSON.stringify(during.jwks())).not.toContain('"d"');
  });
});

describe('a rightly signed token is refused', () => {
  it('unless changed: the control', async () => {
    expect((await tokens.verify(await signed({}), NOW)).userId).toBe(subject.userId);
  });

  it.each(['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'sid'] as const)('without %s', async (claim) => {
    await expect(tokens.verify(await signed({}, { [claim]: undefined }), NOW)).rejects.toMatchObject(INVALID);
  });

  it.each([
    ['another issuer', { iss: 'https://evil.test' }],
    ['another audience', { aud: 'billing' }],
    ['a subject that is no UUID', { sub: 'admin' }],
    ['a session that is no UUID', { sid: `${subject.sessionId}' or 1=1` }],
    ['a jti that is no UUID', { jti: '' }],
    ['an expiry in words', { exp: 'never' }],
    ['an issue time in the future', { iat: issuedAt + 60 }],
    ['a subject that is a number', { sub: 7 }],
  ])('with %s', async (_case, claims) => {
    await expect(tokens.verify(await signed({}, claims), NOW)).rejects.toMatchObject(INVALID);
  });

  it('with a longer life than tokens may have', async () => {
    const token = await signed({}, { exp: issuedAt + 86_400 });
    await expect(tokens.verify(token, later(1000))).rejects.toMatchObject(EXPIRED);
  });

  it.each([
    ['an unknown kid', { kid: 'unknown' }],
    ['a prototype name as kid', { kid: '__proto__' }],
    ['typ JWT', { typ: 'JWT' }],
    ['typ in another spelling', { typ: 'application/at+jwt' }],
    ['jku', { jku: 'https://evil.test/jwks.json' }],
    ['x5u', { x5u: 'https://evil.test/cert.pem' }],
    ['jwk', { jwk: keys.signing.publicJwk }],
    ['x5c', { x5c: ['MIIB'] }],
    ['another parameter', { cty: 'JWT' }],
  ])('with %s in the header', async (_case, header) => {
    await expect(tokens.verify(await signed(header as Partial<JWTHeaderParameters>), NOW)).rejects.toMatchObject(
      INVALID,
    );
  });

  it('with crit', async () => {
    const token = await new SignJWT(GOOD_CLAIMS)
      .setProtectedHeader({ ...GOOD_HEADER, crit: ['b64'], b64: true })
      .sign(keys.signing.privateKey);
    await expect(tokens.verify(token, NOW)).rejects.toMatchObject(INVALID);
  });

  it('without kid or typ', async () => {
    for (const header of [
      { alg: 'EdDSA', typ: 'at+jwt' },
      { alg: 'EdDSA', kid: keys.signing.kid },
    ]) {
      const token = await new SignJWT(GOOD_CLAIMS).setProtectedHeader(header).sign(keys.signing.privateKey);
      await expect(tokens.verify(token, NOW)).rejects.toMatchObject(INVALID);
    }
  });
});

describe('a wrongly signed token is refused', () => {
  it('with alg none, with and without a signature', async () => {
    const unsigned = `${encode({ ...GOOD_HEADER, alg: 'none' })}.${encode(GOOD_CLAIMS)}.`;
    await expect(tokens.verify(unsigned, NOW)).rejects.toMatchObject(INVALID);
    await expect(tokens.verify(unsigned + 'A'.repeat(86), NOW)).rejects.toMatchObject(INVALID);
  });

  it('with an HMAC keyed by the public key', async () => {
    const secret = Buffer.from(keys.signing.publicKey.export({ format: 'pem', type: 'spki' }).toString());
    const token = await new SignJWT(GOOD_CLAIMS).setProtectedHeader({ ...GOOD_HEADER, alg: 'HS512' }).sign(secret);
    await expect(tokens.verify(token, NOW)).rejects.toMatchObject(INVALID);
  });

  it('with somebody else’s key under our kid', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const token = await new SignJWT(GOOD_CLAIMS).setProtectedHeader(GOOD_HEADER).sign(privateKey);
    await expect(tokens.verify(token, NOW)).rejects.toMatchObject(INVALID);
  });
});

describe('other spellings', () => {
  it('of a good token are refused', async () => {
    const { token } = await tokens.issue(subject);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const last = signature.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sameBits = alphabet[alphabet.indexOf(last) + 1] ?? '';
    expect(Buffer.from(signature, 'base64url')).toEqual(Buffer.from(signature.slice(0, -1) + sameBits, 'base64url'));
    const spellings = [
      `${token}=`,
      `${token}==`,
      `${token}.`,
      `${token}.${signature}`,
      `${header}.${payload}`,
      ` ${token}`,
      `${token}\n`,
      `${header}.${payload}.${signature.slice(0, 40)} ${signature.slice(40)}`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -1)}${sameBits}`,
      `Bearer ${token}`,
    ];
    for (const spelling of spellings) await expect(tokens.verify(spelling)).rejects.toMatchObject(INVALID);
  });

  it('longer than 4 KiB are refused', async () => {
    const token = await signed({}, { note: 'x'.repeat(4096) });
    await expect(tokens.verify(token, NOW)).rejects.toMatchObject(INVALID);
  });

  it('that are a refresh token are refused', async () => {
    await expect(tokens.verify(makeRefreshToken())).rejects.toMatchObject(INVALID);
  });

  it('of any kind give the one error and never another', async () => {
    const { token } = await tokens.issue({ ...subject, now: NOW });
    const [header = '', payload = '', signature = ''] = token.split('.');
    const mutated = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
        .map(([at, text]) => token.slice(0, at) + text + token.slice(at + text.length)),
      fc.json().map((json) => `${Buffer.from(json).toString('base64url')}.${payload}.${signature}`),
      fc.json().map((json) => `${header}.${Buffer.from(json).toString('base64url')}.${signature}`),
      fc
        .uint8Array({ minLength: 1 })
        .map((bytes) => `${Buffer.from(bytes).toString('base64url')}.${payload}.${signature}`),
    );
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        fc.pre(text !== token);
        await expect(tokens.verify(text, NOW)).rejects.toMatchObject(INVALID);
      }),
      { numRuns: 500 },
    );
  });
});
