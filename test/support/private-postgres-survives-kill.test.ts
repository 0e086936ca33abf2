import { expect, test } from 'vitest';
import { withPostgres } from './postgres-client.ts';
import { startPostgres } from './postgres-server.ts';

test('a durable private PostgreSQL is back on its port with all acknowledged rows after kill and restart', async () => {
  await using server = await startPostgres({ durable: true });
  await withPostgres(server.url, async (client) => {
    await client.query('create table kept (n integer)');
    await client.query('insert into kept select generate_series(1, 1000)');
  });

  await server.kill();
  await expect(withPostgres(server.url, (client) => client.query('select 1'))).rejects.toThrow('ECONNREFUSED');
  await server.restart();

  const { rows } = await withPostgres(server.url, (client) =>
    client.query('select count(*)::integer as rows from kept'),
  );
  expect(rows).toEqual([{ rows: 1000 }]);
  const settings = await withPostgres(server.url, (client) =>
    client.query(
      "select current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes') as durable",
    ),
  );
  expect(settings.rows).toEqual([{ durable: 'ononon' }]);
});
