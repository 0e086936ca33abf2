import pg from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/** Runs statements on a connection of their own to the database of the URL, and closes it. Throws why the connection was lost, if it was. */
export async function withPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  let connectionError: unknown;
  // Without a listener a server that dies between two statements would end the test run, not fail the next statement.
  client.on('error', (error) => (connectionError ??= error));
  await client.connect();
  try {
    return await work(client);
  } catch (error) {
    throw connectionError ?? error;
  } finally {
    await client.end();
  }
}
