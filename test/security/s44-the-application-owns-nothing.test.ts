import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { migrate } from '../../src/database/migrator.ts';
import { withDatabaseName } from '../support/database-url.ts';
import { mutate, PASSWORD, personInput, signIn } from '../support/factories.ts';
import { withPostgres } from '../support/postgres-client.ts';
import { createDeployment } from '../support/test-app.ts';

const ROLE_FILE = join(import.meta.dirname, '../../deploy/application-role.sql');

/** A database prepared as `docker compose` does it, and the URL of the role that the server gets there. */
async function createOwnedDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const serverUrl = inject('databaseServerUrl');
  const name = `signalbox_test_${randomUUID().slice(0, 13)}`;
  const role = name.replace('test', 'role');
  await withPostgres(serverUrl, (client) => client.query(`create database "${name}"`));
  const script = (await readFile(ROLE_FILE, 'utf8'))
    .split('\n')
    .filter((line) => !line.startsWith('\\') && !line.startsWith('--'))
    .join('\n')
    .replaceAll(/\bsignalbox\b/g, `"${role}"`)
    .replace(':', '')
    .replace("'password'", `'${role}'`);
  const ownerUrl = withDatabaseName(serverUrl, name);
  await withPostgres(ownerUrl, (client) => client.query(script));
  await migrate(ownerUrl);
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = role;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await withPostgres(ownerUrl, (client) => client.query(`drop owned by "${role}"`));
      await withPostgres(serverUrl, async (client) => {
        await client.query(`drop database "${name}" with (force)`);
        await client.query(`drop role "${role}"`);
      });
    },
  };
}

/** What sagas record meanwhile has a cause. */
const COMMANDS = `select count(*)::int as events, max(id::text) as last from event where metadata->>'causationId' is null`;

const FORBIDDEN = [
  "update event set data = '{}'",
  'delete from event',
  'truncate event cascade',
  'delete from event_position',
  'update event_position set position = position + 1',
  'alter table event disable trigger all',
  'alter table event owner to current_user',
  "set session_replication_role = 'replica'",
  'drop table event cascade',
  'create table mine (id int)',
  "update audit_log set action = 'LOGIN'",
  'delete from audit_log',
  'create role another superuser',
  'alter function append_events owner to current_user',
];

const REFUSED = /permission denied|append-only|insert-only|must be|not allowed|may not|never/i;

test('the server works with a role that owns nothing, and that role can change no event', async () => {
  await using database = await createOwnedDatabase();
  await using deployment = await createDeployment();
  await using node = await deployment.startNode({ DATABASE_URL: database.url, SIGNALBOX_MIGRATE: 'never' });
  const input = personInput();
  expect(await mutate(node.client, 'register', { input: { ...input, password: PASSWORD } })).toMatchObject({
    __typename: 'RegisterPayload',
  });
  await signIn(node.client, input.email);

  const [role] = await node.sql<{ rolsuper: boolean; owns: number }>(
    `select rolsuper, (select count(*)::int from pg_class c where c.relowner = r.oid) as owns
     from pg_roles r where rolname = current_user`,
  );
  expect(role).toEqual({ rolsuper: false, owns: 0 });
  const before = await node.sql(COMMANDS);
  await withPostgres(database.url, async (client) => {
    for (const statement of FORBIDDEN) {
      const outcome = await client.query(statement).then(
        () => 'done',
        (error: Error) => error.message,
      );
      expect([statement, outcome]).toEqual([statement, expect.stringMatching(REFUSED)]);
    }
  });
  expect(await node.sql(COMMANDS)).toEqual(before);
});
