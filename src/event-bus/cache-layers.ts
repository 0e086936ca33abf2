import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import type { CacheProvider, InternalOperationWrapper } from 'bentocache/types';
import { z } from 'zod';
import type { RedisClient } from './redis-connection.ts';

/** Plain data: what comes back from a layer is what JSON keeps. No dates: write them as text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface CacheEntry {
  /** The value holds everything up to this position of the log. */
  readonly at: number;
  readonly value: Json;
}

/** Never throws: a layer that is away has nothing and keeps nothing. */
export interface CacheLayer {
  get(key: string): Promise<CacheEntry | null>;
  set(key: string, entry: CacheEntry): Promise<void>;
}

/** An entry above this is kept by no layer. Bytes of JSON. */
const MAX_ENTRY_BYTES = 256 * 1024;
/** Redis answers in a fraction of a millisecond; what takes longer costs more than it saves. */
const REDIS_TIMEOUT_MS = 100;
/** After a failure Redis is left alone this long: an outage costs one timeout per pause, not one per read. */
const REDIS_PAUSE_MS = 1_000;

interface RedisLayerOptions {
  readonly prefix: string;
  readonly ttlMs: number;
}

/** In this process. Entries are kept as text, so that no two readers share an object. */
export function memoryLayer(limits: { maxItems: number; maxBytes: number; ttlMs: number }): CacheLayer {
  const driver = memoryDriver({ maxItems: limits.maxItems, maxSize: limits.maxBytes });
  return layerOf(
    new BentoCache({ default: 'memory', ttl: limits.ttlMs, stores: { memory: bentostore().useL1Layer(driver) } }),
  );
}

/** Shared by the nodes. Every operation it wraps is one of Redis, so each gets a time limit. Fails fast and quietly while Redis is away; the connection stays its owner's. */
export function redisLayer(connection: RedisClient, options: RedisLayerOptions): CacheLayer {
  const layer = openRedisLayer(connection, options);
  return {
    get: async (key) => (await layer).get(key),
    set: async (key, entry) => (await layer).set(key, entry),
  };
}

async function openRedisLayer(connection: RedisClient, options: RedisLayerOptions): Promise<CacheLayer> {
  // Loaded where there is a Redis only: it brings the whole client, which the start would wait for.
  const { redisDriver } = await import('bentocache/drivers/redis');
  return layerOf(
    new BentoCache({
      default: 'redis',
      prefix: options.prefix,
      ttl: options.ttlMs,
      suppressL2Errors: true,
      l2CircuitBreakerDuration: REDIS_PAUSE_MS,
      internalOperationWrapper: ((operation: () => Promise<unknown>) =>
        inTime(operation, REDIS_TIMEOUT_MS)) as InternalOperationWrapper,
      stores: { redis: bentostore().useL2Layer(redisDriver({ connection })) },
    }),
  );
}

/** The value was JSON text a moment ago, so it is `Json`; of Redis it is checked that the entry is one of ours. */
const entrySchema = z.object({ at: z.int().min(0), value: z.unknown() });

function layerOf(stores: Pick<CacheProvider, 'get' | 'set'>): CacheLayer {
  return {
    async get(key) {
      const found = entrySchema.safeParse(await stores.get<unknown>({ key }));
      return found.success ? (found.data as CacheEntry) : null;
    },
    async set(key, entry) {
      if (Buffer.byteLength(JSON.stringify(entry)) <= MAX_ENTRY_BYTES) await stores.set({ key, value: entry });
    },
  };
}

async function inTime<Result>(operation: () => Promise<Result>, milliseconds: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const giveUp = (): void => late.reject(new Error('Redis did not answer in time.'));
  // Not before what has arrived was read: when it was this process that stood still, Redis is not to blame.
  const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
  try {
    return await Promise.race([operation(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
