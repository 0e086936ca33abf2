import { expect, test } from 'vitest';
import { bootstrap, createUser, succeed } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { withPostgres } from '../support/postgres-client.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { createDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const GOING_AWAY = [1001, 1012];

test('on SIGTERM a server answers what it is working on, tells sockets to come back, and exits with 0', async () => {
  await using deployment = await createDeployment();
  const { DATABASE_URL = '' } = deployment.env;
  await using server = await SignalboxProcess.start({ ...deployment.env, SIGNALBOX_DRAIN_MS: '8000' });
  const { client: admin } = await bootstrap(server.client, await server.bootstrapToken());
  const user = await createUser(admin);
  await using follower = await EventFollower.open(admin);
  await waitFor(() => follower.events.some(({ aggregateId }) => aggregateId === user.id), { describe: 'the new user' });

  await withPostgres(DATABASE_URL, async (client) => {
    await client.query('begin');
    await client.query('select from event_stream where aggregate_id = $1 for update', [user.id]);
    const update = succeed(admin, 'updateUser', { id: user.id, input: { firstName: 'Late' } });
    await waitFor(
      async () => (await client.query("select from pg_stat_activity where wait_event_type = 'Lock'")).rowCount,
      {
        describe: 'the mutation to wait for its user',
      },
    );
    server.signal('SIGTERM');
    const { closeCode } = await follower.untilEnded();
    await waitFor(() => server.stdout.includes('"Draining"'), { describe: 'the server to drain' });
    await expect(fetch(server.url ?? '')).rejects.toThrow(TypeError);
    await client.query('commit');

    expect(GOING_AWAY).toContain(closeCode);
    expect((await update).user?.firstName).toBe('Late');
  });
  const end = await waitFor(() => server.untilEnded(), { describe: 'the end of the server' });
  expect(end).toEqual({ code: 0, signal: null });
  expect(server.stdout).not.toContain('"level":"error"');
});
