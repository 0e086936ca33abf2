import { expect, test } from 'vitest';
import { EventFollower } from '../support/event-follower.ts';
import { bootstrap, createUser } from '../support/factories.ts';
import { findFreePort } from '../support/free-port.ts';
import { setLogBack } from '../support/older-state.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { createDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';
import { withPostgres } from '../support/postgres-client.ts';

test('a server whose database went back to an older state forgets the newer one and serves what comes', async () => {
  await using deployment = await createDeployment();
  const { DATABASE_URL = '' } = deployment.env;
  // Its own, since it listens on it a second time.
  const env = { ...deployment.env, PORT: String(await findFreePort()), SIGNALBOX_DRAIN_MS: '100' };
  await using server = await SignalboxProcess.start(env);
  const { client: admin } = await bootstrap(server.client, await server.bootstrapToken());
  await createUser(admin);
  await using before = await EventFollower.open(admin);
  await waitFor(() => before.events.filter(({ type }) => type === 'WELCOME_EMAIL_SENT').length === 2, {
    describe: 'both to be welcomed',
  });
  // What is recorded from here on is told by the test alone.
  await withPostgres(DATABASE_URL, (client) => client.query(`update handler set paused = true where kind = 'SAGA'`));
  const settled = await headOf(DATABASE_URL);
  const lost = [await createUser(admin), await createUser(admin)].map(({ id }) => id);
  await waitFor(() => before.events.filter(({ aggregateId }) => lost.includes(aggregateId)).length >= 4, {
    describe: 'the users that will be lost',
  });

  await setLogBack(DATABASE_URL, settled);
  await withPostgres(DATABASE_URL, async (client) => {
    await client.query('set session_replication_role = replica');
    await client.query('delete from app_user where id = any($1)', [lost]);
  });

  await waitFor(() => server.stdout.split('Signalbox is listening').length === 3, { describe: 'a second start' });
  expect(server.stdout).toContain('went back to an older state');
  expect(server.exitCode).toBeNull();
  await using after = await EventFollower.open(admin);
  const user = await createUser(admin);
  await waitFor(() => after.events.some(({ aggregateId }) => aggregateId === user.id), { describe: 'a new event' });
});

async function headOf(url: string): Promise<number> {
  return withPostgres(url, async (client) => {
    const { rows } = await client.query<{ head: number }>('select max(position)::int as head from event_position');
    return rows[0]?.head ?? 0;
  });
}
