import type { RedisConfig } from '../../../src/config/config.ts';
import { parseRedisUrls } from '../../../src/config/redis-urls.ts';
import { type EventBus, startEventBus } from '../../../src/event-bus/event-bus.ts';
import {
  openNode,
  openSampleDatabase,
  postgresConfig,
  type SampleNode,
  silentLogger,
} from '../../event-store/sample-database.ts';
import { sampleCatalogue } from '../../event-store/sample-library.ts';
import { sampleKeys } from '../../support/sample-keys.ts';

export interface BusNode extends SampleNode {
  readonly bus: EventBus;
}

interface NodeOptions {
  /** As `REDIS_URL` has it. */
  readonly redisUrl: string;
  /** For a Redis over TLS. */
  readonly files?: Pick<RedisConfig, 'caFile' | 'identity'>;
  readonly channel: string;
  /** The pause of an idle relay, in milliseconds. */
  readonly pollMaxMs: number;
}

/** Two nodes of one deployment: a database and a Redis between them, each with its own relay. */
export async function startTwoNodes(options: NodeOptions): Promise<{ a: BusNode; b: BusNode } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const sample = resources.use(await openSampleDatabase());
  const nodes: BusNode[] = [];
  for (let index = 0; index < 2; index++) {
    const node = resources.use(await openNode(postgresConfig(sample.url)));
    nodes.push({ ...node, bus: resources.use(await startBus(node, options)) });
  }
  const [a, b] = nodes as [BusNode, BusNode];
  const owned = resources.move();
  return { a, b, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const NO_FILES = { caFile: null, identity: null };

export async function startBus(
  node: SampleNode,
  { redisUrl, files = NO_FILES, channel, pollMaxMs }: NodeOptions,
): Promise<EventBus> {
  const servers = parseRedisUrls(redisUrl);
  return startEventBus({
    database: node.database,
    catalogue: sampleCatalogue,
    keys: sampleKeys(),
    redis: servers ? { ...servers, ...files } : null,
    channel,
    stream: { pollMinMs: pollMaxMs, pollMaxMs, batchSize: 100, ringSize: 100, heartbeatSeconds: 15, lagSeconds: 60 },
    logger: silentLogger,
  });
}
