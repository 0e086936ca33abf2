import pg from 'pg';

/** A pool whose idle connections may be cut while it ends, as a server does that shuts down; at any other time that is an error. */
export function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', (error) => {
    if (!pool.ending) throw error;
  });
  return pool;
}
