import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERASE_USER, type ErasureAnswer, eraseUser, untilErased } from '../../support/erasure.ts';
import { createUser, signedInUser, succeed } from '../../support/factories.ts';
import { type TestApp, startTestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_KEY_CACHE_SECONDS: '1' } });
});
afterAll(() => app[Symbol.asyncDispose]());

const erasures = (id: string) =>
  app.sql("select 1 from event where type = 'USER_DATA_ERASED' and aggregate_id = $1", [id]);

test('nobody erases themself, so that an administrator is always left', async () => {
  const { client, user } = app.admin;
  expect(await eraseUser(client, user.id)).toMatchObject({
    __typename: 'InvalidStateError',
    message: 'Nobody erases their own account: ask another administrator.',
  });
  expect(await erasures(user.id)).toEqual([]);
});

test('only who holds users:erase may, and only with a reason, of somebody there is', async () => {
  const admin = app.admin.client;
  const { client: manager } = await signedInUser(admin, { role: 'manager' });
  const { id } = await createUser(admin);
  expect(await manager.codeOf(ERASE_USER, { id, reason: 'Why not.' })).toBe('FORBIDDEN');
  expect(await admin.as(null).codeOf(ERASE_USER, { id, reason: 'Why not.' })).toBe('UNAUTHENTICATED');
  for (const reason of ['', '   ', 'x'.repeat(501)]) {
    expect(await eraseUser(admin, id, reason)).toMatchObject({ __typename: 'ValidationError' });
  }
  expect(await eraseUser(admin, randomUUID())).toMatchObject({ __typename: 'NotFoundError' });
  expect(await admin.codeOf(ERASE_USER, { id: 'nobody', reason: 'Why not.' })).toBe('BAD_USER_INPUT');
  expect(await erasures(id)).toEqual([]);
});

test('asked for by two at once it happens once', async () => {
  const { id } = await createUser(app.admin.client);
  const answers = await Promise.all(Array.from({ length: 4 }, () => eraseUser(app.admin.client, id)));
  expect(answers.map((answer) => answer.__typename)).toEqual(Array.from({ length: 4 }, () => 'EraseUserPayload'));
  expect(answers.flatMap(({ events = [] }) => events).filter(({ type }) => type === 'USER_DATA_ERASED')).toHaveLength(
    1,
  );
  expect(await erasures(id)).toHaveLength(1);
  await untilErased(app.admin.client, id);
  expect(await app.sql('select 1 from background_job where subject = $1', [id])).toHaveLength(1);
});

test('somebody whose account was deleted before can be erased all the same, and appears no more', async () => {
  const admin = app.admin.client;
  const { id } = await createUser(admin, { firstName: 'Pterodactyl' });
  await succeed(admin, 'deleteUser', { id });
  expect(await eraseUser(admin, id)).toMatchObject({ __typename: 'EraseUserPayload' });
  await untilErased(admin, id);
  const query = 'query ($id: ID!) { events(filter: { aggregateId: $id }) { edges { node { type data } } } }';
  const { events } = await admin.ask<{ events: { edges: { node: { type: string } }[] } }>(query, { id });
  expect(events.edges[0]?.node.type).toBe('USER_DATA_ERASED');
  expect(JSON.stringify(events)).not.toContain('Pterodactyl');
});

test('what is appended about an erased person later is erased from the beginning', async () => {
  const admin = app.admin.client;
  const { id } = await createUser(admin);
  await eraseUser(admin, id);
  await succeed(admin, 'updateUser', { id, input: { firstName: 'Archaeopteryx' } });
  const rows = await app.sql<{ name: string; sealed: Record<string, string> | null }>(
    `select data->'user'->>'firstName' as name, sealed from event where aggregate_id = $1 and type = 'USER_UPDATED' order by version`,
    [id],
  );
  expect(rows.at(-1)?.name).toBe('[erased]');
  expect(Object.keys(rows.at(-1)?.sealed ?? {}).filter((path) => path.startsWith('data.'))).toEqual([]);
  expect(
    await app.sql('select id from key_store.subject_key where subject_id = $1 and wrapped is not null', [id]),
  ).toEqual([]);
});

test('two administrators who erase each other at once leave one of them', async () => {
  const [one, two] = [
    await signedInUser(app.admin.client, { role: 'admin' }),
    await signedInUser(app.admin.client, { role: 'admin' }),
  ];
  await succeed(one.client, 'deactivateUser', { id: app.admin.user.id });
  const answers = await Promise.all([
    eraseUser(one.client, two.user.id).catch((error: unknown) => error),
    eraseUser(two.client, one.user.id).catch((error: unknown) => error),
  ]);
  const active = await app.sql<{ id: string }>(
    `select u.id from app_user u join role r on r.id = u.role_id where r.name = 'admin' and u.is_active`,
  );
  expect(active).toHaveLength(1);
  const erased = answers.filter((answer) => (answer as Partial<ErasureAnswer>).__typename === 'EraseUserPayload');
  expect(erased).toHaveLength(1);
});
