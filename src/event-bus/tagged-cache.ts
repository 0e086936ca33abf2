import { createHash } from 'node:crypto';
import { openTransactionOf } from '../database/open-transaction.ts';
import type { RecordedEvent } from '../event-store/domain-event.ts';
import type { CacheConfig } from '../config/config.ts';
import { type CacheLayer, type Json, memoryLayer, redisLayer } from './cache-layers.ts';
import type { EventTags } from './event-tags.ts';
import type { LogTail } from './log-tail.ts';
import type { RedisClient } from './redis-connection.ts';
import type { Relay } from './relay.ts';
import { TagPositions } from './tag-positions.ts';
import { UnseenWrites } from './unseen-writes.ts';

export interface CachedRead<Value extends Json> {
  /**
   * Everything the answer depends on. The first part names the query and the shape of its answer: change it with either,
   * since nodes of two versions share Redis. Layers see only a hash of it.
   */
  readonly key: readonly [query: string, ...Json[]];
  /** Names of what the answer tells about; an event that touches one of them makes the answer old. */
  readonly tags: readonly [string, ...string[]];
  /**
   * Reads the primary, with a statement of its own: one answer serves many requests, so neither an entity manager that
   * remembers older rows nor the abort signal of one request may have a part in it.
   */
  load(): Promise<Value>;
  /** The position an answer is as old as, where that is not now: the checkpoint of the projection it was read from. */
  positionOf?(value: Value): number;
}

interface TaggedCacheOptions {
  /** Started. */
  readonly tail: LogTail;
  readonly tags: EventTags;
  readonly local: CacheLayer;
  /** Null where there is no Redis. */
  readonly shared: CacheLayer | null;
  /** False while this node may be behind the log without knowing; then nothing is answered from memory. */
  readonly isCurrent: () => boolean;
}

interface OpenOptions {
  readonly tail: LogTail;
  readonly relay: Pick<Relay, 'healthy'>;
  readonly tags: EventTags;
  /** Connected for commands: it fails at once while Redis is away. Null where there is no Redis. */
  readonly redis: RedisClient | null;
  /** Nodes of one deployment share it; it begins the name of every key. */
  readonly channel: string;
  readonly config: CacheConfig;
}

/** Owns nothing that needs closing. */
export function openTaggedCache({ tail, relay, tags, redis, channel, config }: OpenOptions): TaggedCache {
  return new TaggedCache({
    tail,
    tags,
    local: memoryLayer({ maxItems: config.maxItems, maxBytes: config.maxBytes, ttlMs: config.localTtlMs }),
    shared: redis && redisLayer(redis, { prefix: `${channel}:cache`, ttlMs: config.sharedTtlMs }),
    isCurrent: () => relay.healthy,
  });
}

const MAX_TAGS = 20_000;
const MAX_UNSEEN = 10_000;
const TAIL_BATCH = 1_000;

/**
 * A read-through cache whose answers carry the position of the log they were read at. An answer is given while no event
 * above that position that touches one of its tags is known to this node; so an answer that a slow load stores after the
 * change it missed is refused by whoever knows of the change, here and through Redis on every node. Nothing is deleted
 * and no node tells another: each reads every event anyway, and takes in what the tail has at the start of every read.
 *
 * So an answer is as old as the node's tail, a few milliseconds, or a poll when hints are lost; and never older than what
 * this node itself has acknowledged. Not for permissions: nobody is let in by an answer from here.
 */
export class TaggedCache {
  readonly #options: TaggedCacheOptions;
  readonly #positions: TagPositions;
  readonly #unseen = new UnseenWrites(MAX_UNSEEN);
  /** Loads under way, at most one for each key and position asked for. */
  readonly #loads = new Map<string, Promise<Json>>();
  #seen: number;

  constructor(options: TaggedCacheOptions) {
    this.#options = options;
    this.#seen = options.tail.head;
    this.#positions = new TagPositions(this.#seen, MAX_TAGS);
  }

  /** @throws what `load` throws; nothing else. */
  async getOrLoad<Value extends Json>(read: CachedRead<Value>): Promise<Value> {
    if (openTransactionOf())
      throw new Error('A cached read inside a transaction: it would not see the changes made there.');
    this.#catchUp();
    if (!this.#options.isCurrent() || this.#unseen.touchAny(read.tags)) return read.load();
    const least = this.#positions.newestOf(read.tags);
    const key = createHash('sha256').update(JSON.stringify(read.key)).digest('base64url');
    const kept = await this.#options.local.get(key);
    if (kept && kept.at >= least) return kept.value as Value;
    return (await this.#loadOnce(key, least, read)) as Value;
  }

  /** These events are about to be committed by this node: call it before, so that the log cannot be faster. */
  expect(events: readonly RecordedEvent[]): void {
    this.#catchUp();
    for (const event of events) this.#unseen.add(event.id, this.#options.tags.of(event) ?? []);
  }

  /** They were not committed. */
  forget(events: readonly RecordedEvent[]): void {
    for (const event of events) this.#unseen.remove(event.id);
  }

  /** Whoever asks for the same at the same time shares a load, unless it began before a change they know of. */
  #loadOnce<Value extends Json>(key: string, least: number, read: CachedRead<Value>): Promise<Json> {
    const name = `${key}@${least}`;
    const running = this.#loads.get(name);
    if (running) return running;
    const load = this.#fetch(key, least, read).finally(() => this.#loads.delete(name));
    this.#loads.set(name, load);
    return load;
  }

  async #fetch<Value extends Json>(key: string, least: number, read: CachedRead<Value>): Promise<Json> {
    const { local, shared } = this.#options;
    const stored = await shared?.get(key);
    if (stored && stored.at >= least) {
      await local.set(key, stored);
      return stored.value;
    }
    this.#catchUp();
    const began = this.#seen;
    const value = await read.load();
    const at = Math.min(began, read.positionOf?.(value) ?? began);
    this.#catchUp();
    if (at < this.#positions.newestOf(read.tags)) return value;
    await local.set(key, { at, value });
    await shared?.set(key, { at, value });
    return value;
  }

  /** Takes in what the tail has. Not waiting for anything, it is complete before the first read after a start, too. */
  #catchUp(): void {
    const { tail, tags } = this.#options;
    while (this.#seen < tail.head) {
      const events = tail.since(this.#seen, TAIL_BATCH);
      if (events === null) {
        // Unused for so long that the tail no longer has what came between: anything may have changed.
        this.#seen = tail.head;
        this.#positions.touchAll(this.#seen);
        this.#unseen.clear();
        return;
      }
      for (const event of events) {
        const touched = tags.of(event);
        if (touched) this.#positions.touch(touched, event.position);
        else this.#positions.touchAll(event.position);
        this.#unseen.remove(event.id);
        this.#seen = event.position;
      }
    }
  }
}
