import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mutate, roleId, type SignedIn, signedInUser, succeed } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import type { MutationName } from '../../support/operations.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let userRole: string;
beforeAll(async () => {
  app = await startTestApp();
  userRole = await roleId(app.admin.client, 'user');
});
afterAll(() => app[Symbol.asyncDispose]());

/** All ways to stop being an administrator. */
const REMOVALS: readonly { readonly name: string; readonly mutation: MutationName; readonly input: () => object }[] = [
  { name: 'deleting', mutation: 'deleteUser', input: () => ({}) },
  { name: 'deactivating', mutation: 'deactivateUser', input: () => ({}) },
  { name: 'demoting', mutation: 'updateUser', input: () => ({ input: { roleId: userRole } }) },
];

async function administrators(): Promise<string[]> {
  const rows = await app.sql<{ id: string }>(
    `select u.id from app_user u join role r on r.id = u.role_id where r.name = 'admin' and u.is_active`,
  );
  return rows.map(({ id }) => id);
}

let boss: SignedIn = {} as SignedIn;
beforeEach(async () => {
  // Whoever is left from the test before makes the next one and leaves.
  const maker = boss.client ?? app.admin.client;
  const next = await signedInUser(maker, { role: 'admin' });
  for (const id of await administrators()) if (id !== next.user.id) await succeed(next.client, 'deleteUser', { id });
  boss = next;
});

test.for(REMOVALS)('$name the last active administrator is refused', async ({ mutation, input }) => {
  expect(await mutate(boss.client, mutation, { id: boss.user.id, ...input() })).toMatchObject({
    __typename: 'InvalidStateError',
    code: 'INVALID_STATE',
  });
  expect(await administrators()).toEqual([boss.user.id]);
});

test.for(REMOVALS)(
  'an inactive second administrator does not count when $name the first',
  async ({ mutation, input }) => {
    const second = await signedInUser(boss.client, { role: 'admin' });
    await succeed(boss.client, 'deactivateUser', { id: second.user.id });
    expect(await mutate(boss.client, mutation, { id: boss.user.id, ...input() })).toMatchObject({
      __typename: 'InvalidStateError',
    });
  },
);

test.for(REMOVALS)(
  'of two administrators who are $name each other at the same time one stays',
  async ({ mutation, input }) => {
    const second = await signedInUser(boss.client, { role: 'admin' });
    // Both have decided that the other one stays before either can write.
    await using streams = await holdRows(
      app.deployment.env['DATABASE_URL'] ?? '',
      'select from event_stream where aggregate_id = any ($1) for update',
      [[boss.user.id, second.user.id]],
    );
    const removing = Promise.all([
      mutate(boss.client, mutation, { id: second.user.id, ...input() }),
      mutate(second.client, mutation, { id: boss.user.id, ...input() }),
    ]);
    await streams.untilWaiting(2);
    await streams.release();

    expect((await removing).filter(({ code }) => code === 'INVALID_STATE')).toHaveLength(1);
    const left = await administrators();
    expect(left).toHaveLength(1);
    if (left[0] === second.user.id) boss = second;
  },
);

test.for(REMOVALS)('$name one of two administrators is allowed', async ({ mutation, input }) => {
  const second = await signedInUser(boss.client, { role: 'admin' });
  await succeed(boss.client, mutation, { id: second.user.id, ...input() });
  expect(await administrators()).toEqual([boss.user.id]);
});
