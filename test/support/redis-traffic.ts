import { Redis } from 'ioredis';
import { look } from './canaries.ts';
import { waitFor } from './wait-for.ts';

/** Everything clients sent to a Redis since this was opened, one command a line. */
export interface RedisTraffic extends AsyncDisposable {
  readonly text: string;
}

export async function watchRedis(url: string): Promise<RedisTraffic> {
  const lines: string[] = [];
  const stop = await monitor(url, (line) => lines.push(line));
  return {
    get text() {
      return lines.join('\n');
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Looks at whatever is sent to one database of a Redis until disposed of, and by then has seen all of it. */
export async function lookAtRedis(url: string): Promise<AsyncDisposable> {
  const database = new URL(url).pathname.slice(1) || '0';
  const end = `end of ${database}`;
  let isSeen = false;
  const stop = await monitor(url, (line) => {
    if (line.endsWith(end)) isSeen = true;
    else if (line.startsWith(`${database} `)) look('redis', line, 'sent to Redis');
  });
  return {
    async [Symbol.asyncDispose]() {
      const client = new Redis(url);
      await client.echo(end);
      client.disconnect();
      await waitFor(() => isSeen, { describe: 'the end of what was sent to Redis' });
      await stop();
    },
  };
}

async function monitor(url: string, take: (line: string) => void): Promise<() => Promise<void>> {
  const client = new Redis(url);
  const feed = await client.monitor();
  feed.on('monitor', (_time: string, command: readonly string[], source: string, database: string) =>
    take(`${database} ${source} ${command.join(' ')}`),
  );
  return async () => {
    feed.disconnect();
    client.disconnect();
  };
}
