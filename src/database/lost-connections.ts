interface PooledClient {
  release(destroy?: boolean): void;
  once(event: 'end', listener: () => void): void;
}

interface ConnectionPool {
  on(event: 'connect' | 'acquire', listener: (client: PooledClient) => void): void;
  on(event: 'release', listener: (error: unknown, client: PooledClient) => void): void;
}

/**
 * Gives a connection back to the pool when it breaks while it is in use.
 *
 * The query builder releases a transaction's connection after COMMIT or ROLLBACK succeeded, which on a broken one neither
 * does: its place in the pool would be taken for ever, and a restart of the database server would leave a pool without
 * places.
 */
export function giveBackLostConnections(pool: ConnectionPool): void {
  const inUse = new WeakSet<PooledClient>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  pool.on('connect', (client) =>
    client.once('end', () => {
      if (!inUse.has(client)) return;
      client.release(true);
      // Who had it may still release it, and the pool takes a second time for a mistake.
      client.release = () => undefined;
    }),
  );
}
