import { createHash, createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';

const SEED_BYTES = 32;
/** Keys in one list: one that signs and the ones it replaced. */
const MAX_KEYS = 16;
/** DER of a PKCS #8 Ed25519 key up to its 32 seed bytes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The public half, as published in the key set. */
export interface PublicSigningJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

export interface VerificationKey {
  /** RFC 7638 thumbprint: every node derives the same one from the same key. */
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly publicJwk: PublicSigningJwk;
}

export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

/** One key signs; all of them, the signing one first, verify. */
export interface SigningKeys {
  readonly signing: SigningKey;
  readonly verifying: readonly VerificationKey[];
}

/** Base64url text of a new key, in the form `parseSigningKeys` reads. */
export function generateSigningKeyText(): string {
  return randomBytes(SEED_BYTES).toString('base64url');
}

/**
 * Reads a comma list of Ed25519 keys: the first signs, the others only verify (keys being retired, which may be given
 * as public keys). Each is 32 random bytes in base64 or base64url, or a PEM. `source` names the variable or file in
 * the `Error` thrown for anything else; the message never quotes key material.
 */
export function parseSigningKeys(text: string, source: string): SigningKeys {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > MAX_KEYS) throw new Error(`${source} holds more than ${MAX_KEYS} keys.`);
  const [first = '', ...older] = entries;
  const signing = toSigningKey(parsePrivateKey(first, source));
  const retired = older.map((entry) =>
    toVerificationKey(isPublicPem(entry) ? parsePublicPem(entry, source) : parsePrivateKey(entry, source)),
  );
  // Naming a key twice is harmless and happens half-way through a rotation.
  const byKid = new Map([signing, ...retired].map((key) => [key.kid, toVerificationKey(key.publicKey)]));
  return { signing, verifying: [...byKid.values()] };
}

function parsePrivateKey(entry: string, source: string): KeyObject {
  if (entry.includes('-----BEGIN')) return requireEd25519(parsePem(entry, source, createPrivateKey), source);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(entry)) throw badKey(source);
  // Node reads both alphabets as base64.
  const seed = Buffer.from(entry, 'base64');
  if (seed.length !== SEED_BYTES) throw badKey(source);
  if (isPredictable(seed)) {
    throw new Error(`${source} is not random: it repeats itself, counts, or is readable text. ${HOW_TO_MAKE}`);
  }
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

function isPublicPem(entry: string): boolean {
  return entry.includes('-----BEGIN PUBLIC KEY-----');
}

function parsePublicPem(entry: string, source: string): KeyObject {
  return requireEd25519(parsePem(entry, source, createPublicKey), source);
}

function parsePem(entry: string, source: string, read: (pem: string) => KeyObject): KeyObject {
  try {
    // Environment files often carry line breaks as the two characters \n.
    return read(entry.replaceAll('\\n', '\n'));
  } catch (cause) {
    throw new Error(`${source} holds a PEM that cannot be read; it must be an unencrypted Ed25519 key.`, { cause });
  }
}

function requireEd25519(key: KeyObject, source: string): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${source} holds a key of another kind than Ed25519.`);
  return key;
}

const HOW_TO_MAKE = 'Make one with: openssl rand -base64 32';

function badKey(source: string): Error {
  return new Error(
    `${source} must be exactly ${SEED_BYTES} random bytes in base64, or an Ed25519 private key in PEM. ${HOW_TO_MAKE}`,
  );
}

/**
 * Random bytes practically never look like this: the chance of fewer than 16 different values among 32, or of 32
 * printable ones, is below 1e-13.
 */
function isPredictable(seed: Buffer): boolean {
  const steps = new Set(seed.subarray(1).map((byte, index) => byte - (seed[index] ?? 0)));
  return new Set(seed).size < 16 || steps.size === 1 || seed.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function toSigningKey(privateKey: KeyObject): SigningKey {
  return { ...toVerificationKey(privateKey), privateKey };
}

function toVerificationKey(key: KeyObject): VerificationKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { x } = publicKey.export({ format: 'jwk' });
  if (x === undefined) throw new Error('An Ed25519 public key has no x coordinate.');
  // RFC 7638: the required members in alphabetical order, without spaces.
  const canonical = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x });
  const kid = createHash('sha256').update(canonical).digest('base64url');
  return { kid, publicKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' } };
}
