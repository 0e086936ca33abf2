import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { RequestError } from '../../errors.ts';
import type { PublicSigningJwk, SigningKeys, VerificationKey } from './signing-key.ts';

const ALGORITHM = 'EdDSA';
const TYPE = 'at+jwt';
const HEADER_NAMES = ['alg', 'kid', 'typ'];
const MAX_TOKEN_BYTES = 4096;
const MAX_LIFETIME_SECONDS = 900;
const CLOCK_TOLERANCE_SECONDS = 5;
/** Three segments in the unpadded alphabet; an Ed25519 signature is 64 bytes, 86 characters. */
const COMPACT_FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface AccessTokenOptions {
  readonly keys: SigningKeys;
  /** `iss` and `aud`, both required on the way back. */
  readonly issuer: string;
  readonly audience: string;
  /** At most and by default 900. */
  readonly lifetimeSeconds?: number;
}

export interface AccessTokenClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly jti: string;
  readonly expiresAt: Date;
}

/**
 * Short-lived signed proof of a session, `typ` at+jwt (RFC 9068), Ed25519.
 *
 * A valid token says only that it was issued: whether its session still lives is read from the session row, by
 * `sessionId`. Revocation must never key on the token's text, since one token can have several valid spellings.
 */
export class AccessTokens {
  readonly #options: AccessTokenOptions & { readonly lifetimeSeconds: number };
  readonly #verificationKeys: ReadonlyMap<string, VerificationKey>;

  /** `RangeError` for a lifetime of more than 15 minutes. */
  constructor(options: AccessTokenOptions) {
    const lifetimeSeconds = options.lifetimeSeconds ?? MAX_LIFETIME_SECONDS;
    if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > MAX_LIFETIME_SECONDS) {
      throw new RangeError(`An access token may live from 1 to ${MAX_LIFETIME_SECONDS} seconds.`);
    }
    this.#options = { ...options, lifetimeSeconds };
    this.#verificationKeys = new Map(options.keys.verifying.map((key) => [key.kid, key]));
  }

  async issue(subject: {
    readonly userId: string;
    readonly sessionId: string;
    readonly now?: Date;
  }): Promise<{ token: string; expiresAt: Date }> {
    const { keys, issuer, audience, lifetimeSeconds } = this.#options;
    const issuedAt = Math.floor((subject.now ?? new Date()).getTime() / 1000);
    const expiresAt = issuedAt + lifetimeSeconds;
    const token = await new SignJWT({ sid: subject.sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keys.signing.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject.userId)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(keys.signing.privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /**
   * Throws `RequestError` UNAUTHENTICATED with `details.reason` `TOKEN_EXPIRED` (refresh and retry) or `TOKEN_INVALID`.
   */
  async verify(token: string, now: Date = new Date()): Promise<AccessTokenClaims> {
    const { issuer, audience, lifetimeSeconds } = this.#options;
    const key = this.#keyFor(token);
    try {
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        // Also refuses an iat in the future.
        maxTokenAge: lifetimeSeconds,
        requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'sid'],
        currentDate: now,
      });
      return readClaims(payload);
    } catch (error) {
      // The library's error carries the claims, so it is not kept as the cause: it would be logged with them.
      if (error instanceof errors.JWTExpired) throw unauthenticated('TOKEN_EXPIRED');
      if (error instanceof errors.JOSEError) throw unauthenticated('TOKEN_INVALID');
      throw error;
    }
  }

  /** The body of `/.well-known/jwks.json`: public keys only, the signing one first. */
  jwks(): { keys: PublicSigningJwk[] } {
    return { keys: [...this.#verificationKeys.values()].map((key) => key.publicJwk) };
  }

  /**
   * Everything that can be refused before the signature is looked at. The header may hold the three parameters that
   * `issue` writes and nothing else: no jku, x5u, jwk, x5c, crit, b64.
   */
  #keyFor(token: string): VerificationKey {
    if (token.length > MAX_TOKEN_BYTES || !COMPACT_FORM.test(token) || !hasCanonicalSignature(token)) {
      throw unauthenticated('TOKEN_INVALID');
    }
    const header = readHeader(token);
    const names = Object.keys(header).toSorted();
    const plain = names.length === HEADER_NAMES.length && names.every((name, index) => name === HEADER_NAMES[index]);
    const key = typeof header['kid'] === 'string' ? this.#verificationKeys.get(header['kid']) : undefined;
    if (!plain || header['alg'] !== ALGORITHM || header['typ'] !== TYPE || key === undefined) {
      throw unauthenticated('TOKEN_INVALID');
    }
    return key;
  }
}

function readHeader(token: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(token) };
  } catch (cause) {
    throw unauthenticated('TOKEN_INVALID', { cause });
  }
}

/** The signature's last character has four spare bits, which decoders ignore: header and payload are signed as text. */
function hasCanonicalSignature(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

function readClaims(payload: JWTPayload): AccessTokenClaims {
  const { sub, sid, jti, exp } = payload;
  if (!isUuid(sub) || !isUuid(sid) || !isUuid(jti) || exp === undefined) throw unauthenticated('TOKEN_INVALID');
  return { userId: sub, sessionId: sid, jti, expiresAt: new Date(exp * 1000) };
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

function unauthenticated(reason: 'TOKEN_EXPIRED' | 'TOKEN_INVALID', options?: ErrorOptions): RequestError {
  return new RequestError('UNAUTHENTICATED', 'The access token is invalid or has expired.', { reason }, options);
}
