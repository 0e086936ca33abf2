import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

/** A subject's key as it is stored: encrypted by a key that is in no database. */
export interface WrappedKey {
  /** Which key encrypted it. */
  readonly kekId: string;
  /** Text of at most 200 characters. */
  readonly wrapped: string;
}

/** No key at hand can open this, or it was altered or moved to another person. */
export class KeyUnavailableError extends Error {
  override readonly name = 'KeyUnavailableError';
}

/** Where the keys that wrap keys are: here in memory, or in a key management service behind the same calls. */
export interface KeyWrapper {
  /** What is wrapped from now on is wrapped with this one. */
  readonly currentKekId: string;
  /** All that it can open. */
  readonly kekIds: readonly string[];
  wrap(subjectId: string, key: Buffer): Promise<WrappedKey>;
  /** @throws KeyUnavailableError */
  unwrap(subjectId: string, wrapped: WrappedKey): Promise<Buffer>;
  /** Tells two texts apart without keeping them: a digest under each of the keys, that of the current one first. */
  digest(text: string): Promise<readonly string[]>;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** So that no digest is made with the very key that wraps. */
const DIGEST_PURPOSE = 'signalbox digests';

/**
 * Wraps with master keys held in memory, AES-256-GCM bound to the subject.
 *
 * @param masterKeys base64 of 32 bytes each; the first wraps, all unwrap.
 */
export function masterKeyWrapper(masterKeys: readonly string[]): KeyWrapper {
  const keys = new Map(
    masterKeys.map((text) => Buffer.from(text, 'base64')).map((key) => [kekIdOf(key), createSecretKey(key)]),
  );
  const [current] = keys;
  if (!current) throw new Error('There is no master key.');
  const [currentKekId, currentKey] = current;
  const digestKeys = [...keys.values()].map((key) => Buffer.from(hkdfSync('sha256', key, '', DIGEST_PURPOSE, 32)));
  return {
    currentKekId,
    kekIds: [...keys.keys()],
    async wrap(subjectId, key) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', currentKey, nonce).setAAD(aadOf(subjectId));
      const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
      return { kekId: currentKekId, wrapped: wrapped.toString('base64url') };
    },
    async unwrap(subjectId, { kekId, wrapped }) {
      const master = keys.get(kekId);
      if (!master) throw new KeyUnavailableError(`The master key ${kekId} is not at hand.`);
      const bytes = Buffer.from(wrapped, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', master, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(aadOf(subjectId)).setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (error) {
        throw new KeyUnavailableError('A stored key was altered, or belongs to somebody else.', { cause: error });
      }
    },
    async digest(text) {
      return digestKeys.map((key) => createHmac('sha256', key).update(text).digest('hex'));
    },
  };
}

function aadOf(subjectId: string): Buffer {
  return Buffer.from(`signalbox subject key ${subjectId}`);
}

/** Says which key it is and nothing about it. */
function kekIdOf(key: Buffer): string {
  return createHash('sha256').update('signalbox master key id').update(key).digest('base64url').slice(0, 12);
}
