export interface HashParameters {
  readonly memoryKiB: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** What a stored hash says about how it was made. */
export interface StoredHash extends HashParameters {
  readonly saltBytes: number;
  readonly tagBytes: number;
}

/** A stored hash may ask for no more than this: 1 GiB, 64 passes, 16 lanes. A planted one must not exhaust the machine. */
export const MOST_EXPENSIVE: HashParameters = { memoryKiB: 1_048_576, timeCost: 64, parallelism: 16 };

/** Parameters in any order: other programs write them differently. */
const PHC = /^\$argon2id\$v=19\$((?:[mtp]=\d{1,10},?){3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

/**
 * An argon2id hash as text, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`.
 * NOTE: the argon2 package would write m, p, t. The PHC format prescribes m, t, p, and the reference decoder, which
 * most other programs use, refuses anything else.
 */
export function formatPhc({ memoryKiB, timeCost, parallelism }: HashParameters, salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${timeCost},p=${parallelism}$${unpaddedBase64(salt)}$${unpaddedBase64(tag)}`;
}

/** Throws an `Error` that never quotes the text, since it may end up in a log. */
export function parsePhc(phc: string): StoredHash {
  const [, settings, salt = '', tag = ''] = PHC.exec(phc) ?? [];
  const values = new Map(settings?.split(',').map((setting) => [setting[0], Number(setting.slice(2))]));
  const [memoryKiB, timeCost, parallelism] = [values.get('m'), values.get('t'), values.get('p')];
  if (memoryKiB === undefined || timeCost === undefined || parallelism === undefined) {
    throw new Error('A stored password hash is not an argon2id PHC string.');
  }
  if (
    memoryKiB > MOST_EXPENSIVE.memoryKiB ||
    timeCost > MOST_EXPENSIVE.timeCost ||
    parallelism > MOST_EXPENSIVE.parallelism
  ) {
    throw new Error('A stored password hash asks for more work than is allowed.');
  }
  return { memoryKiB, timeCost, parallelism, saltBytes: bytesOf(salt), tagBytes: bytesOf(tag) };
}

function unpaddedBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function bytesOf(unpadded: string): number {
  return Math.floor((unpadded.length * 3) / 4);
}
