import { expect, test } from 'vitest';
import { runInEventContext } from '../../../src/event-store/event-context.ts';
import { transact } from '../../../src/database/transact.ts';
import { v7 } from 'uuid';
import { createUser } from '../../support/factories.ts';
import { readReadableStream } from '../../support/readable-stream.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('recording the welcome mail waits for a change under way instead of failing, which would send it again', async () => {
  await using app = await startTestApp();
  const { database, services } = app.app;
  const ada = await createUser(app.admin.client);
  const inTransaction = <Result>(work: Parameters<typeof transact<Result>>[1]): Promise<Result> => {
    const metadata = { userId: null, correlationId: v7(), causationId: null, ipAddress: null, userAgent: null };
    return runInEventContext({ commandId: v7(), metadata, recorded: [] }, () => transact(database, work));
  };
  const written = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();

  const change = inTransaction(async (em) => {
    const user = await services.users.load(em, ada.id);
    user.change({ firstName: 'Augusta' }, new Date());
    await em.flush();
    written.resolve();
    await released.promise;
  });
  await written.promise;
  const recording = inTransaction(async (em) => {
    await services.users.recordWelcomeMail(em, ada.id);
    await em.flush();
  });
  await waitFor(async () => (await app.sql('select 1 from pg_locks where not granted')).length > 0, {
    describe: 'the second transaction to wait for the first',
  });
  released.resolve();
  await Promise.all([change, recording]);

  const stream = await readReadableStream(app.app, 'User', ada.id, ada.version + 1);
  expect(stream.map(({ type, version }) => [type, version])).toEqual([
    ['USER_UPDATED', ada.version + 1],
    ['WELCOME_EMAIL_SENT', ada.version + 2],
  ]);
  // Of the state that the change left, whose names are sealed.
  expect(stream[1]?.data).toMatchObject({ user: { version: ada.version + 2 } });
  expect(await app.sql('select first_name, version from app_user where id = $1', [ada.id])).toEqual([
    { first_name: 'Augusta', version: ada.version + 2 },
  ]);
});
