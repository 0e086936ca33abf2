import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import argon2 from 'argon2';
import type { Reading } from '../../metrics.ts';
import { type Claim, HashSlots } from './hash-slots.ts';
import { formatPhc, MOST_EXPENSIVE, parsePhc } from './phc-string.ts';
import type { HashParameters, StoredHash } from './phc-string.ts';

/** Longest password that is ever hashed, in UTF-8 bytes. */
export const MAX_PASSWORD_BYTES = 1024;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** OWASP's equivalent settings for argon2id with p = 1: at least this much memory for at least this many passes. */
const ACCEPTED_SETTINGS = [
  { memoryKiB: 47_104, timeCost: 1 },
  { memoryKiB: 19_456, timeCost: 2 },
  { memoryKiB: 12_288, timeCost: 3 },
  { memoryKiB: 9_216, timeCost: 4 },
  { memoryKiB: 7_168, timeCost: 5 },
] as const;

export interface PasswordHasherOptions {
  /** argon2's m, in KiB; default 19,456. */
  readonly memoryKiB?: number;
  /** argon2's t, passes over the memory; default 2. */
  readonly timeCost?: number;
  /** argon2's p; default 1. */
  readonly parallelism?: number;
  /** Hashes computed at once; default `defaultMaxConcurrent()`. */
  readonly maxConcurrent?: number;
  /** How long a login may wait for its turn before it is refused, at most 200 ms; default 120: an answer takes its time as well. */
  readonly maxWaitMs?: number;
  /** Logins waiting at once; default 64. Fewer where not so many could have their turn within `maxWaitMs`. */
  readonly maxWaiting?: number;
  /** Background hashes waiting at once; default 2,000: two imports of a thousand users. */
  readonly maxBackgroundWaiting?: number;
}

export interface PasswordVerdict {
  readonly ok: boolean;
  /** True only with `ok`: the stored hash is weaker than today's parameters; store a new one. */
  readonly needsRehash: boolean;
}

/**
 * How many hashes may run at once. argon2 runs on libuv's thread pool, which DNS look-ups and file calls share: 200
 * concurrent logins were seen to stall both. Twice the cores keeps the processors busy, but one pool thread always
 * stays free; with the pool's default of 4 threads that means at most 3. Pass UV_THREADPOOL_SIZE if it is set.
 */
export function defaultMaxConcurrent(cores: number = availableParallelism(), threadPoolSize = 4): number {
  return Math.max(1, Math.min(2 * cores, threadPoolSize - 1));
}

/**
 * argon2id password hashes as PHC strings, a bounded number at once.
 *
 * Passwords are brought to Unicode NFC first: the same é is one code point from one keyboard and two from another.
 * NOTE: the native module needs Node 24; its prebuilt binary crashes Node 20.
 */
export class PasswordHasher {
  readonly #parameters: HashParameters;
  readonly #slots: HashSlots;
  /** Hash of a password nobody knows, so an unknown account costs as much as a known one. */
  readonly #dummyPhc: string;

  private constructor(parameters: HashParameters, slots: HashSlots, dummyPhc: string) {
    this.#parameters = parameters;
    this.#slots = slots;
    this.#dummyPhc = dummyPhc;
  }

  /** Throws `RangeError` for parameters below the accepted settings or waits above 200 ms. */
  static async create(options: PasswordHasherOptions = {}): Promise<PasswordHasher> {
    const { memoryKiB = 19_456, timeCost = 2, parallelism = 1 } = options;
    const parameters = { memoryKiB, timeCost, parallelism };
    requireStrength(parameters);
    const limits = {
      maxConcurrent: options.maxConcurrent ?? defaultMaxConcurrent(),
      maxWaitMs: options.maxWaitMs ?? 120,
      maxWaiting: options.maxWaiting ?? 64,
      maxBackgroundWaiting: options.maxBackgroundWaiting ?? 2_000,
    };
    requireWholeNumber('maxConcurrent', limits.maxConcurrent, 1, 1_024);
    requireWholeNumber('maxWaitMs', limits.maxWaitMs, 0, 200);
    requireWholeNumber('maxWaiting', limits.maxWaiting, 0, 100_000);
    requireWholeNumber('maxBackgroundWaiting', limits.maxBackgroundWaiting, 0, 100_000);
    const since = performance.now();
    const dummyPhc = await computeHash(randomBytes(32).toString('base64'), parameters);
    return new PasswordHasher(parameters, new HashSlots(limits, performance.now() - since), dummyPhc);
  }

  /** Who waits for a turn, and how many have one. */
  get load(): Pick<HashSlots, 'running' | 'waiting'> {
    return this.#slots;
  }

  /**
   * PHC string of a new hash. `RangeError` when the password is over 1 KiB or not well-formed text (the policy refuses
   * both first); `RequestError` RATE_LIMITED, with `retryAfterMs`, when too many hashes are running.
   */
  async hash(password: string, claim: Claim): Promise<string> {
    requireHashable(password);
    return await this.#slots.run(claim, () => computeHash(password, this.#parameters));
  }

  /**
   * Like `hash`, for imports and seeds: lets logins go first, and waits until `signal` (the request's time-out) fires.
   * `RequestError` RATE_LIMITED only when `maxBackgroundWaiting` hashes wait already.
   */
  async hashInBackground(password: string, signal?: AbortSignal): Promise<string> {
    requireHashable(password);
    return await this.#slots.runInBackground(async () => {
      signal?.throwIfAborted();
      return await computeHash(password, this.#parameters);
    });
  }

  /**
   * Compares a password with a stored hash; `null` (no such account, or one without a password) costs the same and is
   * never ok. Throws `RequestError` RATE_LIMITED when too many hashes are running, and a plain `Error` when the
   * stored text is not an argon2id hash.
   */
  async verify(storedPhc: string | null, password: string, claim: Claim): Promise<PasswordVerdict> {
    // Refused alike for every account, so this early answer tells nothing about one.
    if (!isHashable(password)) return { ok: false, needsRehash: false };
    if (storedPhc === null) return await this.#verifyDummy(password, claim);
    const stored = parsePhc(storedPhc);
    const ok = await this.#slots.run(claim, () => argon2.verify(storedPhc, password.normalize('NFC')));
    return { ok, needsRehash: ok && this.#isWeaker(stored) };
  }

  /**
   * As `verify`, for a stored hash that is looked up only when its turn has come: who gets no turn costs no query. Null
   * from `find` counts as no such account.
   */
  async verifyFound<Found extends { readonly passwordHash: string | null }>(
    find: () => Promise<Found | null>,
    password: string,
    claim: Claim,
  ): Promise<PasswordVerdict & { readonly found: Found | null }> {
    if (!isHashable(password)) return { found: await find(), ok: false, needsRehash: false };
    return await this.#slots.run(claim, async () => {
      const found = await find();
      const stored = found?.passwordHash ?? null;
      const settings = stored === null ? null : parsePhc(stored);
      const isRight = await argon2.verify(stored ?? this.#dummyPhc, password.normalize('NFC'));
      const ok = settings !== null && isRight;
      return { found, ok, needsRehash: ok && this.#isWeaker(settings) };
    });
  }

  async #verifyDummy(password: string, claim: Claim): Promise<PasswordVerdict> {
    await this.#slots.run(claim, () => argon2.verify(this.#dummyPhc, password.normalize('NFC')));
    return { ok: false, needsRehash: false };
  }

  #isWeaker(stored: StoredHash): boolean {
    const current = this.#parameters;
    return (
      stored.memoryKiB < current.memoryKiB ||
      stored.timeCost < current.timeCost ||
      stored.parallelism !== current.parallelism ||
      stored.saltBytes < SALT_BYTES ||
      stored.tagBytes < TAG_BYTES
    );
  }
}

/** How busy it is, for the metrics. */
export function readPasswordLoad({ load }: PasswordHasher): Reading[] {
  const { running, waiting } = load;
  const help = 'Password checks that run, and those of people that wait for their turn.';
  const values = Object.entries({ running, waiting: waiting.length });
  return [
    {
      name: 'password_checks',
      help,
      type: 'gauge',
      values: values.map(([state, value]) => ({ labels: { state }, value })),
    },
  ];
}

async function computeHash(password: string, parameters: HashParameters): Promise<string> {
  const { memoryKiB, timeCost, parallelism } = parameters;
  const salt = randomBytes(SALT_BYTES);
  const tag = await argon2.hash(password.normalize('NFC'), {
    type: argon2.argon2id,
    memoryCost: memoryKiB,
    timeCost,
    parallelism,
    hashLength: TAG_BYTES,
    salt,
    raw: true,
  });
  return formatPhc(parameters, salt, tag);
}

function isHashable(password: string): boolean {
  // Lone surrogates would all be hashed as U+FFFD and so count as the same password.
  return Buffer.byteLength(password) <= MAX_PASSWORD_BYTES && password.isWellFormed();
}

function requireHashable(password: string): void {
  if (!isHashable(password)) throw new RangeError('A password must be well-formed text of at most 1 KiB.');
}

function requireStrength({ memoryKiB, timeCost, parallelism }: HashParameters): void {
  requireWholeNumber('memoryKiB', memoryKiB, 1, MOST_EXPENSIVE.memoryKiB);
  requireWholeNumber('timeCost', timeCost, 1, MOST_EXPENSIVE.timeCost);
  requireWholeNumber('parallelism', parallelism, 1, MOST_EXPENSIVE.parallelism);
  const accepted = ACCEPTED_SETTINGS.some((least) => memoryKiB >= least.memoryKiB && timeCost >= least.timeCost);
  if (!accepted) {
    throw new RangeError('argon2id needs at least 19,456 KiB of memory with 2 passes, or an equivalent setting.');
  }
}

function requireWholeNumber(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}.`);
  }
}
