import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** Longest window: the memory limiter uses one timer per key, and timers overflow at 2^31 ms (24.8 days). */
const MAX_WINDOW_SECONDS = 2_147_483;

export interface SharedAttempts {
  readonly redis: Redis | Cluster;
  /** Told each time a command failed or was late and this process counted for itself instead. Must not throw. */
  readonly onFallback: (error: unknown) => void;
}

export interface AttemptCounterOptions {
  /** Part of the Redis key; unique per counter. */
  readonly name: string;
  readonly attempts: number;
  readonly seconds: number;
  /** Keys kept in memory; beyond it the one untouched for longest is forgotten. */
  readonly maxKeysInMemory: number;
  readonly shared: SharedAttempts | null;
}

/** An attempt that was one too many. */
export interface Excess {
  readonly retryAfterMs: number;
  /** The first of its window: later ones are not, so whoever reports it reports once. */
  readonly isFirst: boolean;
}

/**
 * Counts attempts per key in fixed windows, which refused attempts do not prolong. In Redis when it is given and
 * answers before the caller's deadline, else in this process: an outage loosens the limit (each node counts for itself
 * and from zero) and never stops a login. Deadlines are on `performance.now()`'s clock.
 */
export class AttemptCounter {
  readonly #attempts: number;
  readonly #seconds: number;
  readonly #shared: SharedAttempts | null;
  readonly #redisLimiter: RateLimiterRedis | null;
  readonly #memoryLimiter: BoundedMemoryLimiter;

  constructor({ name, attempts, seconds, maxKeysInMemory, shared }: AttemptCounterOptions) {
    if (!Number.isInteger(attempts) || attempts < 1) throw new RangeError('attempts must be a positive whole number.');
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_WINDOW_SECONDS) {
      throw new RangeError(`seconds must be a whole number from 1 to ${MAX_WINDOW_SECONDS}.`);
    }
    const limits = { points: attempts, duration: seconds, keyPrefix: `signalbox:attempts:${name}` };
    this.#attempts = attempts;
    this.#seconds = seconds;
    this.#shared = shared;
    this.#redisLimiter = shared === null ? null : new RateLimiterRedis({ ...limits, storeClient: shared.redis });
    this.#memoryLimiter = new BoundedMemoryLimiter(limits, maxKeysInMemory);
  }

  /** Counts one attempt; `null` unless it is one too many. */
  async consume(key: string, deadline: number): Promise<Excess | null> {
    try {
      await this.#run((limiter) => limiter.consume(key), deadline);
      return null;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return {
        retryAfterMs: Math.max(1, error.msBeforeNext),
        isFirst: error.consumedPoints === this.#attempts + 1,
      };
    }
  }

  /** Takes one attempt back. */
  async giveBack(key: string, deadline: number): Promise<void> {
    await this.#run((limiter) => limiter.reward(key), deadline);
  }

  async forget(key: string, deadline: number): Promise<void> {
    await this.#run((limiter) => limiter.delete(key), deadline);
  }

  /** Starts a window for `key` now, with one attempt counted. */
  async restart(key: string, deadline: number): Promise<void> {
    await this.#run((limiter) => limiter.set(key, 1, this.#seconds), deadline);
  }

  /** Whether a window of `key` is running. */
  async isCounting(key: string, deadline: number): Promise<boolean> {
    return (await this.#run((limiter) => limiter.get(key), deadline)) !== null;
  }

  async #run<T>(operation: (limiter: RateLimiterAbstract) => Promise<T>, deadline: number): Promise<T> {
    // A client that is not ready would queue the command until it is.
    if (this.#shared !== null && this.#redisLimiter !== null && this.#shared.redis.status === 'ready') {
      try {
        return await before(deadline, operation(this.#redisLimiter));
      } catch (error) {
        // The limiter's way to say no.
        if (error instanceof RateLimiterRes) throw error;
        this.#shared.onFallback(error);
      }
    }
    return await operation(this.#memoryLimiter);
  }
}

/** `RateLimiterMemory` never forgets a key before its window ends, so many keys could fill the memory. */
class BoundedMemoryLimiter extends RateLimiterMemory {
  readonly #maxKeys: number;
  /** In the order of last use. */
  readonly #keys = new Set<string | number>();

  constructor(limits: { points: number; duration: number; keyPrefix: string }, maxKeys: number) {
    super(limits);
    this.#maxKeys = maxKeys;
  }

  override consume(key: string | number): Promise<RateLimiterRes> {
    this.#touch(key);
    return super.consume(key);
  }

  override reward(key: string | number): Promise<RateLimiterRes> {
    this.#touch(key);
    return super.reward(key);
  }

  override set(key: string | number, points: number, seconds: number): Promise<RateLimiterRes> {
    this.#touch(key);
    return super.set(key, points, seconds);
  }

  override delete(key: string | number): Promise<boolean> {
    this.#keys.delete(key);
    return super.delete(key);
  }

  #touch(key: string | number): void {
    this.#keys.delete(key);
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#maxKeys && oldest !== undefined) void this.delete(oldest);
  }
}

/** Rejects at `deadline`; the operation goes on by itself and its outcome is then ignored. */
async function before<T>(deadline: number, operation: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const remainingMs = Math.max(0, deadline - performance.now());
    timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), remainingMs);
  });
  try {
    return await Promise.race([operation, late]);
  } finally {
    clearTimeout(timer);
  }
}
