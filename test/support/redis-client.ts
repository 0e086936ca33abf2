import { Redis, type RedisOptions } from 'ioredis';

const CONNECT_TIMEOUT_MS = 10_000;

/** Runs commands on a connection of their own, and closes it. Throws when the server is not there, without a second attempt. */
export async function withRedis<T>(
  url: string,
  work: (client: Redis) => Promise<T>,
  options: RedisOptions = {},
): Promise<T> {
  const fixed = { lazyConnect: true, retryStrategy: null, connectTimeout: CONNECT_TIMEOUT_MS };
  const client = new Redis(url, { ...options, ...fixed });
  let connectionError: unknown;
  // The rejection of connect() says only that the connection is closed; the reason comes as an event.
  client.on('error', (error) => (connectionError = error));
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw connectionError ?? error;
  } finally {
    client.disconnect();
  }
}
