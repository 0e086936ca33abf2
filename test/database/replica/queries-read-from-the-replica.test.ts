import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import {
  createUser,
  isSignedIn,
  mutate,
  personInput,
  type SignedIn,
  signedInUser,
  signIn,
  succeed,
} from '../../support/factories.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../../support/postgres-server.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Longer than any test takes: what is behind stays in use, so that it can be seen. */
const PATIENCE_MS = '60000';

let servers: ReplicatedPostgres;
let app: TestApp;
beforeAll(async () => {
  servers = await startReplicatedPostgres();
  app = await startTestApp({
    env: {
      DATABASE_URL: servers.primary.url,
      DATABASE_READ_URL: servers.replica.url,
      SIGNALBOX_DATABASE_READ_MAX_LAG_MS: PATIENCE_MS,
    },
  });
  await waitFor(() => app.logs.some((line) => line.includes('Queries read from the replica')), {
    describe: 'the replica to be used',
  });
}, 120_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await servers[Symbol.asyncDispose]();
});
beforeEach(() => replay('resume'));

/** Lets the replica take in what the primary sends, or keeps it as it is. */
async function replay(what: 'pause' | 'resume'): Promise<void> {
  await withPostgres(servers.replica.url, (client) => client.query(`select pg_wal_replay_${what}()`));
}

/** Until the replica has what the primary has now. */
async function untilLevel(): Promise<void> {
  const [row] = await app.sql<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn');
  await withPostgres(servers.replica.url, (client) =>
    waitFor(
      async () => {
        const { rows } = await client.query<{ there: boolean }>('select pg_last_wal_replay_lsn() >= $1 as there', [
          row?.lsn,
        ]);
        return rows[0]?.there;
      },
      { describe: 'the replica to be level' },
    ),
  );
}

const NAME = 'query ($id: ID!) { user(id: $id) { firstName } }';
const nameOf = async ({ client }: SignedIn, id: string): Promise<string | null> =>
  (await client.ask<{ user: { firstName: string } | null }>(NAME, { id })).user?.firstName ?? null;

test('a query by id shows what the replica has, and a mutation answers with what it has done', async () => {
  const user = await createUser(app.admin.client, { firstName: 'Before' });
  await untilLevel();
  await replay('pause');
  const answer = await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: 'After' } });
  expect(answer.user).toMatchObject({ firstName: 'After', version: user.version + 1 });
  expect(await nameOf(app.admin, user.id)).toBe('Before');
  await replay('resume');
  await untilLevel();
  expect(await nameOf(app.admin, user.id)).toBe('After');
});

test('the history is read from the replica as well', async () => {
  await untilLevel();
  await replay('pause');
  const { events } = await succeed(app.admin.client, 'createUser', { input: personInput() });
  const EVENT = 'query ($id: ID!) { event(id: $id) { type } }';
  const id = events?.[0]?.id;
  expect(await app.admin.client.ask(EVENT, { id })).toEqual({ event: null });
  await replay('resume');
  await untilLevel();
  expect(await app.admin.client.ask(EVENT, { id })).toEqual({ event: { type: 'USER_CREATED' } });
});

test('what was just made is found, and whoever looks at themselves sees the newest', async () => {
  const user = await createUser(app.admin.client, { firstName: 'Before' });
  const { client } = await signedInUser(app.admin.client, { firstName: 'Before' });
  await untilLevel();
  await replay('pause');
  const created = await createUser(app.admin.client, { firstName: 'New' });
  expect(await nameOf(app.admin, created.id)).toBe('New');
  const { id } = (await client.ask<{ me: { id: string } }>('{ me { id } }')).me;
  await succeed(client, 'updateUser', { id, input: { firstName: 'After' } });
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: 'After' } });
  expect(await client.ask('{ me { firstName } }')).toEqual({ me: { firstName: 'After' } });
  expect(await nameOf(app.admin, user.id)).toBe('Before');
});

test('who may do what is read from the primary, however far the replica is behind', async () => {
  const somebody = await signedInUser(app.admin.client, { role: 'manager' });
  await untilLevel();
  await replay('pause');
  const newcomer = await createUser(app.admin.client, { password: secretPhrase('a long but private phrase') });
  expect(await isSignedIn((await signIn(app.client, newcomer.email)).client)).toBe(true);
  const LIST = '{ users(first: 1) { totalCount } }';
  expect(await somebody.client.codeOf(LIST)).toBeNull();
  const roles = await app.sql<{ id: string }>(`select id from role where name = 'user'`);
  await succeed(app.admin.client, 'updateUser', { id: somebody.user.id, input: { roleId: roles[0]?.id } });
  expect(await somebody.client.codeOf(LIST)).toBe('FORBIDDEN');
  await succeed(app.admin.client, 'deactivateUser', { id: somebody.user.id });
  expect(await somebody.client.codeOf(LIST)).toBe('UNAUTHENTICATED');
});

test('lists that are kept are as new as ever, without holes', async () => {
  await untilLevel();
  await replay('pause');
  const created = await succeed(app.admin.client, 'createUser', { input: personInput({ lastName: 'Newcomer' }) });
  const LIST = '{ users(filter: { search: "Newcomer" }, first: 10) { totalCount edges { node { id version } } } }';
  expect(await app.admin.client.ask(LIST)).toEqual({
    users: { totalCount: 1, edges: [{ node: { id: created.user?.id, version: 2 } }] },
  });
});

test('what decides a command is read from the primary', async () => {
  const user = await createUser(app.admin.client);
  await untilLevel();
  await replay('pause');
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: 'One' } });
  const stale = { id: user.id, input: { firstName: 'Two' }, expectedVersion: user.version };
  expect(await mutate(app.admin.client, 'updateUser', stale)).toMatchObject({
    __typename: 'ConcurrencyError',
    actualVersion: user.version + 1,
  });
});
