import { expect, test } from 'vitest';
import { eraseUser, untilErased } from '../../support/erasure.ts';
import { bootstrap, createUser } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { SignalboxProcess } from '../../support/signalbox-process.ts';
import { createDeployment } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('an erasure whose worker is killed in its middle is ended by another', async () => {
  await using deployment = await createDeployment();
  const env = { SIGNALBOX_KEY_CACHE_SECONDS: '1', SIGNALBOX_HANDLER_LEASE_MS: '1000' };
  await using api = await deployment.startNode({ ...env, SIGNALBOX_ROLE: 'api' });
  await using worker = await SignalboxProcess.start({ ...deployment.env, ...env, SIGNALBOX_ROLE: 'worker' });
  const admin = (await bootstrap(api.client, api.app.bootstrapToken ?? '')).client;
  const person = await createUser(admin, { firstName: 'Quetzalcoatlus' });
  const told = () =>
    api.sql('select 1 from notification where subject_id = $1 and message like $2', [person.id, '%Quetzalcoatlus%']);
  await waitFor(async () => (await told()).length > 0, { describe: 'a notification' });

  await using held = await holdRows(
    deployment.env['DATABASE_URL'] ?? '',
    'select 1 from notification where subject_id = $1 for update',
    [person.id],
  );
  expect(await eraseUser(admin, person.id)).toMatchObject({ status: 'RUNNING' });
  // In the middle of taking the copies away.
  await held.untilWaiting(1);
  worker.signal('SIGKILL');
  await worker.untilEnded();
  await held.release();
  expect(await told()).not.toEqual([]);

  await using _another = await deployment.startNode({ ...env, SIGNALBOX_ROLE: 'worker' });
  await untilErased(admin, person.id);
  expect(await told()).toEqual([]);
});
