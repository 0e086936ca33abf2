import { expect, test } from 'vitest';
import { createUser, succeed } from '../../support/factories.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { startReplicatedPostgres } from '../../support/postgres-server.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const NAME = 'query ($id: ID!) { user(id: $id) { firstName } }';

async function untilLogged(app: TestApp, text: string, count: number): Promise<void> {
  const isReached = (): boolean => app.logs.filter((line) => line.includes(text)).length >= count;
  await waitFor(isReached, { describe: `"${text}" for the time number ${count}`, timeoutMs: 60_000 });
}

test('a replica that stands still or is away is left alone, and used again when it is back', async () => {
  await using servers = await startReplicatedPostgres();
  await using app = await startTestApp({
    env: {
      DATABASE_URL: servers.primary.url,
      DATABASE_READ_URL: servers.replica.url,
      SIGNALBOX_DATABASE_READ_MAX_LAG_MS: '1000',
    },
  });
  const used = 'Queries read from the replica';
  const left = 'Queries read from the primary';
  const user = await createUser(app.admin.client, { firstName: 'Before' });
  await untilLogged(app, used, 1);

  await withPostgres(servers.replica.url, (client) => client.query('select pg_wal_replay_pause()'));
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: 'After' } });
  await untilLogged(app, left, 1);
  expect(await app.admin.client.ask(NAME, { id: user.id })).toEqual({ user: { firstName: 'After' } });
  await withPostgres(servers.replica.url, (client) => client.query('select pg_wal_replay_resume()'));
  await untilLogged(app, used, 2);

  await servers.replica.kill();
  await untilLogged(app, left, 2);
  expect(await app.admin.client.ask(NAME, { id: user.id })).toEqual({ user: { firstName: 'After' } });
  await servers.replica.restart();
  await untilLogged(app, used, 3);
  expect(await app.admin.client.ask(NAME, { id: user.id })).toEqual({ user: { firstName: 'After' } });
}, 180_000);
