import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { inject } from 'vitest';
import { withRedis } from './redis-client.ts';
import { lookAtRedis } from './redis-traffic.ts';

/** How long a run that was killed may keep a database of a shared Redis from others. */
const CLAIM_SECONDS = 3600;

/** One test file's share of the run's Redis; disposing of it empties the share and gives it back. */
export interface TestRedis extends AsyncDisposable {
  /** Names a database of its own, so that keys need no prefix. */
  readonly url: string;
  /** For the names of channels: publishing reaches subscribers of every database. */
  readonly channelPrefix: string;
}

/** Throws when all databases of the server are taken. */
export async function createTestRedis(): Promise<TestRedis> {
  const serverUrl = inject('redisServerUrl');
  const database = await withRedis(serverUrl, claimDatabase);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const traffic = await lookAtRedis(url.href);
  return {
    url: url.href,
    channelPrefix: `test-${randomUUID()}:`,
    async [Symbol.asyncDispose]() {
      await traffic[Symbol.asyncDispose]();
      await withRedis(url.href, (client) => client.flushdb());
      await withRedis(serverUrl, (client) => client.del(claimKey(database)));
    },
  };
}

async function claimDatabase(client: Redis): Promise<number> {
  const [, count] = (await client.config('GET', 'databases')) as string[];
  for (let database = 1; database < Number(count); database++) {
    const claimed = await client.set(claimKey(database), process.pid, 'EX', CLAIM_SECONDS, 'NX');
    if (claimed !== null && (await isEmpty(client, database))) return database;
  }
  throw new Error(
    `None of the ${count} databases of the test Redis is free: dispose of what createTestRedis() returned.`,
  );
}

/** What is not empty was not ours, say of somebody who named a Redis in use: it is left alone. */
async function isEmpty(client: Redis, database: number): Promise<boolean> {
  await client.select(database);
  const keys = await client.dbsize();
  await client.select(0);
  return keys === 0;
}

function claimKey(database: number): string {
  return `signalbox-test:database:${database}`;
}
