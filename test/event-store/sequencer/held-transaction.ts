import pg from 'pg';

export interface HeldTransaction extends AsyncDisposable {
  end(how: 'commit' | 'rollback'): Promise<void>;
}

/** A transaction of somebody else that has written and stays open until it is ended. */
export async function holdTransaction(url: string, statement: string): Promise<HeldTransaction> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query(statement);
  return {
    async end(how) {
      await client.query(how);
      await client.end();
    },
    // Twice does no harm.
    [Symbol.asyncDispose]: () => client.end(),
  };
}
