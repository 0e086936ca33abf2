import { Redis } from 'ioredis';

/** Everything clients sent to a Redis since this was opened, one command a line. */
export interface RedisTraffic extends AsyncDisposable {
  readonly text: string;
}

export async function watchRedis(url: string): Promise<RedisTraffic> {
  const client = new Redis(url);
  const monitor = await client.monitor();
  const lines: string[] = [];
  monitor.on('monitor', (_time: string, command: readonly string[], source: string, database: string) => {
    lines.push(`${database} ${source} ${command.join(' ')}`);
  });
  return {
    get text() {
      return lines.join('\n');
    },
    async [Symbol.asyncDispose]() {
      monitor.disconnect();
      client.disconnect();
    },
  };
}
