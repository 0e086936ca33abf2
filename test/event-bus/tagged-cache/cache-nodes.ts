import { randomUUID } from 'node:crypto';
import type { CacheConfig, RedisConfig } from '../../../src/config/config.ts';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import type { CommandScope } from '../../../src/event-bus/command.ts';
import { type EventBus, startEventBus } from '../../../src/event-bus/event-bus.ts';
import { aggregateTag, defineTags, EventTags } from '../../../src/event-bus/event-tags.ts';
import { openRedis, type RedisClient } from '../../../src/event-bus/redis-connection.ts';
import { openTaggedCache, type TaggedCache } from '../../../src/event-bus/tagged-cache.ts';
import { EventRecorder } from '../../../src/event-store/event-recorder.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { postgresConfig, silentLogger } from '../../event-store/sample-database.ts';
import {
  createSampleTables,
  sampleCatalogue,
  sampleEntities,
  Shelf,
  ShelfClosed,
  ShelfFilled,
  ShelfOpened,
  ShelfRenamed,
} from '../../event-store/sample-library.ts';
import { sampleKeys } from '../../support/sample-keys.ts';

export const SHELVES = 'shelves';

/** Books have no rule: to the cache their events are of a newer program. */
export const sampleTags = new EventTags([
  ...defineTags([ShelfOpened, ShelfRenamed, ShelfClosed], () => [SHELVES]),
  ...defineTags([ShelfFilled], () => []),
]);

export interface CacheNode extends AsyncDisposable {
  readonly database: Database;
  readonly bus: EventBus;
  readonly cache: TaggedCache;
  readonly redis: RedisClient | null;
  /** How often `nameOf` asked the database. */
  readonly loads: () => number;
  openShelf(name: string): Promise<string>;
  rename(shelfId: string, name: string): Promise<void>;
  /** The name of a shelf through the cache; null when there is no such shelf. */
  nameOf(shelfId: string): Promise<string | null>;
}

export interface CacheDeployment extends AsyncDisposable {
  readonly channel: string;
  readonly redisUrl: string | null;
  startNode(config?: Partial<CacheConfig>): Promise<CacheNode>;
}

/** Nodes on one database. `redis`: one of the test's own by default; a URL; or none. */
export async function createCacheDeployment(redis: { url: string } | null | 'own' = 'own'): Promise<CacheDeployment> {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await createTestDatabase());
  const redisUrl = redis === 'own' ? cleanup.use(await createTestRedis()).url : (redis?.url ?? null);
  const channel = `test-${randomUUID()}:log`;
  await using setUp = await openSampleTables(server.url);
  await createSampleTables(setUp.sql);
  const owned = cleanup.move();
  return {
    channel,
    redisUrl,
    startNode: (config = {}) => startNode(server.url, redisUrl, channel, config),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function openSampleTables(url: string, wake: () => void = () => undefined): Promise<Database> {
  return openDatabase(postgresConfig(url), {
    entities: sampleEntities,
    subscribers: [new EventRecorder(wake)],
    logger: silentLogger,
  });
}

async function startNode(
  url: string,
  redisUrl: string | null,
  channel: string,
  config: Partial<CacheConfig>,
): Promise<CacheNode> {
  await using resources = new AsyncDisposableStack();
  let wake = (): void => undefined;
  const database = resources.use(await openSampleTables(url, () => wake()));
  const redisConfig: RedisConfig | null =
    redisUrl === null ? null : { kind: 'single', urls: [redisUrl], caFile: null, identity: null };
  const bus = resources.use(
    await startEventBus({
      database,
      catalogue: sampleCatalogue,
      keys: sampleKeys(),
      redis: redisConfig,
      channel,
      stream: { pollMinMs: 25, pollMaxMs: 1_000, batchSize: 500, ringSize: 64, heartbeatSeconds: 15, lagSeconds: 60 },
      logger: silentLogger,
    }),
  );
  wake = () => bus.relay.wake();
  const redis = redisConfig && openRedis(redisConfig, 'commands', silentLogger);
  if (redis) {
    resources.defer(() => redis.disconnect());
    await waitFor(() => redis.status === 'ready', { describe: 'Redis' });
    await waitFor(() => bus.hints.healthy, { describe: 'the subscription to hints' });
  }
  const limits = { maxItems: 1_000, maxBytes: 1024 * 1024, localTtlMs: 10_000, sharedTtlMs: 60_000, ...config };
  const cache = openTaggedCache({ ...bus, tags: sampleTags, redis, channel, config: limits });
  const owned = resources.move();
  return {
    ...shelvesOf(database, bus, cache),
    database,
    bus,
    cache,
    redis,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function shelvesOf(
  database: Database,
  bus: EventBus,
  cache: TaggedCache,
): Pick<CacheNode, 'loads' | 'openShelf' | 'rename' | 'nameOf'> {
  let loads = 0;
  return {
    loads: () => loads,
    async openShelf(name) {
      const shelf = Shelf.open(name);
      await command(bus, async (em) => void em.persist(shelf));
      return shelf.id;
    },
    rename: (shelfId, name) =>
      command(bus, async (em) => (await em.findOneOrFail(Shelf, { id: shelfId })).rename(name)),
    nameOf: (shelfId) =>
      cache.getOrLoad({
        key: ['shelf name', shelfId],
        tags: [aggregateTag('Shelf', shelfId)],
        load: () => {
          loads++;
          return readName(database, shelfId);
        },
      }),
  };
}

export async function readName(database: Database, shelfId: string): Promise<string | null> {
  const rows = await database.sql<{ name: string }>('select name from sample_shelf where id = $1', [shelfId]);
  return rows[0]?.name ?? null;
}

async function command(bus: EventBus, change: (em: CommandScope['em']) => Promise<void>): Promise<void> {
  await bus.commands.execute({
    name: 'changeShelf',
    aggregateType: 'Any',
    kind: 'UPDATE',
    shown: {},
    viewer: null,
    origin: { correlationId: randomUUID(), ipAddress: null, userAgent: null },
    run: async ({ em }) => {
      await change(em);
      return {};
    },
  });
}

/** Until the node has read every event there is now; positions are dense, so their number is the last one's. */
export async function caughtUp(node: CacheNode): Promise<void> {
  const [row] = await node.database.sql<{ events: number }>('select count(*)::int as events from event');
  const head = row?.events ?? 0;
  await waitFor(() => node.bus.tail.head >= head, { describe: `position ${head} on the node` });
}
