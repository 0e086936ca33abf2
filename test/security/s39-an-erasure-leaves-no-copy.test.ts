import { randomUUID } from 'node:crypto';
import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSchemaDumper } from '../../scripts/dump-schema.ts';
import { defineTransactionalHandler } from '../../src/event-bus/define-handler.ts';
import { UserUpdated } from '../../src/modules/users/user.events.ts';
import { untilAudited, type ShownReport, VERIFY_AUDIT_CHAIN } from '../support/audit-log.ts';
import { withDatabaseName } from '../support/database-url.ts';
import { eraseUser, untilErased } from '../support/erasure.ts';
import { EventFollower } from '../support/event-follower.ts';
import { isSignedIn, mutate, PASSWORD, signedInUser, type SignedIn, signIn, succeed } from '../support/factories.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { orderMutation, placeOrder } from '../support/orders.ts';
import { withPostgres } from '../support/postgres-client.ts';
import { withRedis } from '../support/redis-client.ts';
import { runProgram } from '../support/run-program.ts';
import { startTestApp, type TestApp, type TestNode } from '../support/test-app.ts';
import { readTables } from '../support/table-rows.ts';
import { waitFor } from '../support/wait-for.ts';

/** Part of everything that is personal here, in any case. */
const CANARY = 'Quetzalcoatlus';
const ADDRESS = new RegExp(CANARY, 'i');

/** Fails on one event of the person, and quotes what it read. */
const quoting = defineTransactionalHandler({
  name: 'quotes-what-it-reads',
  events: [UserUpdated],
  decrypts: ['user'],
  retry: { maxAttempts: 1 },
  async handle(events) {
    const quoted = events.find(({ data }) => data.user.lastName === `${CANARY} the Second`);
    // What it read itself is hidden; what it makes of it cannot be known.
    if (quoted) throw new TypeError(`Cannot read ${quoted.data.user.email}, ${quoted.data.user.email.toUpperCase()}`);
  },
});

let app: TestApp;
/** Serves only, and remembers keys for as long as may be. */
let other: TestNode;
let admin: GraphqlClient;
let person: SignedIn;
let orderId: string;
let follower: EventFollower;
let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let dump: string;
let placesBefore: string[];
let program: string;

async function mails(): Promise<string[]> {
  const place = join(app.deployment.env['SIGNALBOX_DATA_DIR'] ?? '', 'mail');
  const names = await readdir(place).catch(() => []);
  return Promise.all(names.map((name) => readFile(join(place, name), 'utf8')));
}

/** Names of the tables in which the word stands, and what there is else. */
async function placesOf(word: RegExp, sql: TestNode['sql'] = app.sql): Promise<string[]> {
  const tables = await readTables(sql);
  return [...tables].filter(([, rows]) => rows.some((row) => word.test(row))).map(([name]) => name);
}

async function redisHolds(word: RegExp): Promise<boolean> {
  return withRedis(app.deployment.env['REDIS_URL'] ?? '', async (client) => {
    for (const key of await client.keys('*')) {
      const value =
        (await client.type(key)) === 'string' ? await client.get(key) : JSON.stringify(await client.dump(key));
      if (word.test(`${key} ${value ?? ''}`)) return true;
    }
    return false;
  });
}

beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_KEY_CACHE_SECONDS: '1' }, overrides: { handlers: [quoting] } });
  other = await app.deployment.startNode({ SIGNALBOX_ROLE: 'api', SIGNALBOX_KEY_CACHE_SECONDS: '60' });
  admin = app.admin.client;
  const email = `${CANARY.toLowerCase()}-${randomUUID().slice(0, 8)}@example.com`;
  const names = { firstName: CANARY, lastName: `${CANARY} the First`, username: `${CANARY}-1`, email };
  person = await signedInUser(admin, names);
  const { id } = person.user;
  await succeed(admin, 'updateUser', {
    id,
    input: { lastName: `${CANARY} the Second`, email: `new-${email}` },
    idempotencyKey: 'of an administrator',
  });
  await succeed(person.client, 'updateUser', { id, input: { lastName: 'Third' }, idempotencyKey: 'of the person' });
  orderId = (await placeOrder(person.client)).id;
  await orderMutation(person.client, 'cancelOrder', { id: orderId, reason: `${CANARY} changed their mind.` });
  await succeed(admin, 'requestPasswordReset', { email: `new-${email}` });
  follower = await EventFollower.open(person.client.at(other.url), { filter: { aggregateId: id } });
  await follower.untilReceived(5);
  await waitFor(async () => (await mails()).filter((mail) => ADDRESS.test(mail)).length >= 4, { describe: 'mails' });
  await untilAudited(app.sql);
  await waitFor(async () => (await placesOf(ADDRESS)).includes('parked_event'), { describe: 'a dead letter' });
  // Keeps the names of the person in the caches of both nodes, and in Redis.
  for (const node of [app, other]) await admin.at(node.url).ask('query ($id: ID!) { user(id: $id) { email } }', { id });
  await admin.at(other.url).ask('{ events(first: 50) { edges { node { data } } } }');

  placesBefore = await placesOf(ADDRESS);
  folder = await mkdtempDisposable(join(tmpdir(), 'signalbox-test-dump-'));
  const url = app.deployment.env['DATABASE_URL'] ?? '';
  program = (await findSchemaDumper(url)).program;
  dump = join(folder.path, 'before');
  await runProgram(program, ['--format=custom', '--exclude-schema=key_store', `--file=${dump}`, url]);

  await eraseUser(admin, id);
  await untilErased(admin, id);
  await untilAudited(app.sql);
}, 120_000);
afterAll(async () => {
  await follower[Symbol.asyncDispose]();
  await folder.remove();
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

test('before it, the person was in all these places', () => {
  expect(placesBefore).toEqual(
    expect.arrayContaining(['app_user', 'audit_detail', 'notification', 'parked_event', 'handler']),
  );
});

test('nothing of the person is in any table, Redis, the log of a node or the folder of mails', async () => {
  expect(await placesOf(ADDRESS)).toEqual([]);
  expect(await redisHolds(ADDRESS)).toBe(false);
  expect([...app.logs, ...other.logs].filter((line) => ADDRESS.test(line))).toEqual([]);
  expect((await mails()).filter((mail) => ADDRESS.test(mail))).toEqual([]);
});

test('the person is signed out everywhere, and cannot sign in', async () => {
  await waitFor(() => follower.ended !== null || follower.errors.length > 0, { describe: 'the stream to end' });
  expect(await isSignedIn(person.client)).toBe(false);
  expect(await isSignedIn(person.client.at(other.url))).toBe(false);
  const again = { input: { email: person.user.email, password: PASSWORD } };
  expect(await mutate(admin.as(null), 'login', again)).toMatchObject({ __typename: 'InvalidCredentialsError' });
});

test('the log says what happened, and on every node that the rest is erased', async () => {
  const query = `query ($id: ID!) { events(filter: { aggregateId: $id }, direction: ASC) { edges { node { type data metadata { ipAddress } } } }
    user(id: $id) { email firstName isActive } }`;
  interface Answer {
    readonly events: { readonly edges: { node: { type: string; data: Record<string, Record<string, unknown>> } }[] };
    readonly user: Record<string, unknown>;
  }
  for (const node of [app, other]) {
    const { events, user } = await admin.at(node.url).ask<Answer>(query, { id: person.user.id });
    const nodes = events.edges.map((edge) => edge.node);
    expect(nodes[0]).toMatchObject({ type: 'USER_CREATED', data: { user: { email: '[erased]', isActive: true } } });
    expect(nodes.at(-1)).toMatchObject({ type: 'USER_DATA_ERASED', data: { reason: 'They asked for it.' } });
    expect(user).toMatchObject({ firstName: 'Erased', isActive: false });
  }
});

test('what was ordered stays, and can be loaded and made anew from the log', async () => {
  const order = await admin.ask<{ order: unknown }>(
    'query ($id: ID!) { order(id: $id) { status customer { id firstName } } }',
    { id: orderId },
  );
  expect(order).toEqual({ order: { status: 'CANCELLED', customer: { id: person.user.id, firstName: 'Erased' } } });
  const rebuild = `mutation { rebuildProjection(name: "user_stats") { ... on RebuildProjectionPayload { replay { id } } } }`;
  const { rebuildProjection } = await admin.ask<{ rebuildProjection: { replay: { id: string } } }>(rebuild);
  const replay = `mutation { replayEvents(input: { handlers: ["notifications", "audit-log"], reason: "To see." }) {
    ... on ReplayEventsPayload { replay { id } } ... on Error { message } } }`;
  const { replayEvents } = await admin.ask<{ replayEvents: { replay: { id: string } } }>(replay);
  for (const id of [rebuildProjection.replay.id, replayEvents.replay.id]) {
    const ended = await waitFor(
      async () => {
        const answer = await admin.ask<{ replay: { status: string; failed: number } }>(
          'query ($id: ID!) { replay(id: $id) { status failed } }',
          { id },
        );
        return ['COMPLETED', 'FAILED'].includes(answer.replay.status) && answer.replay;
      },
      { describe: 'a job to end' },
    );
    expect(ended).toEqual({ status: 'COMPLETED', failed: 0 });
  }
  expect(await placesOf(ADDRESS)).toEqual([]);
});

test('the audit log is as unbroken as before, and has the erasure in it', async () => {
  const { verifyAuditChain } = await admin.ask<ShownReport>(VERIFY_AUDIT_CHAIN);
  expect(verifyAuditChain).toMatchObject({ valid: true, complete: true, firstBroken: null });
  const found = await app.sql('select user_id, resource_id from audit_log where action = $1', ['ERASE']);
  expect(found).toEqual([{ user_id: app.admin.user.id, resource_id: person.user.id }]);
});

test('asking again answers the same and does nothing more; whoever is unknown was not there', async () => {
  const before = await app.sql('select count(*) from event');
  expect(await eraseUser(admin, person.user.id)).toMatchObject({ status: 'COMPLETED', events: [] });
  expect(await app.sql('select count(*) from event')).toEqual(before);
  expect(await eraseUser(admin, randomUUID())).toMatchObject({ code: 'NOT_FOUND' });
});

test('a backup of before, brought back with the keys of now, shows nothing either', async () => {
  const url = app.deployment.env['DATABASE_URL'] ?? '';
  const name = `signalbox_test_${randomUUID().slice(0, 13)}`;
  const restored = withDatabaseName(url, name);
  const keys = join(folder.path, 'keys');
  await runProgram(program, ['--format=custom', '--schema=key_store', `--file=${keys}`, url]);
  await withPostgres(url, (client) => client.query(`create database "${name}"`));
  try {
    const restore = program.replace(/pg_dump$/, 'pg_restore');
    for (const file of [dump, keys]) await runProgram(restore, ['--exit-on-error', `--dbname=${restored}`, file]);
    await withPostgres(restored, async (client) => {
      // The rows of the account, until the program has looked at them; of the log, nothing.
      const { rows } = await client.query<{ text: string }>('select e::text as text from event e');
      expect(rows.filter(({ text }) => ADDRESS.test(text))).toEqual([]);
    });
    await using node = await app.deployment.startNode(
      { DATABASE_URL: restored, SIGNALBOX_KEY_CACHE_SECONDS: '1' },
      { channel: `restored-${name}`, handlers: [quoting] },
    );
    expect(await placesOf(ADDRESS, node.sql)).not.toContain('app_user');
    const { client } = await signIn(node.client, 'root@example.com');
    await untilErased(client, person.user.id);
    await untilAudited(node.sql);
    expect(await placesOf(ADDRESS, node.sql)).toEqual([]);
    const answer = await client.ask(
      '{ events(first: 100) { edges { node { data metadata { ipAddress userAgent } } } } users(first: 50) { edges { node { email firstName lastName username } } } auditLogs(first: 100) { edges { node { details ipAddress } } } }',
    );
    expect(JSON.stringify(answer)).not.toMatch(ADDRESS);
    expect((await client.ask<ShownReport>(VERIFY_AUDIT_CHAIN)).verifyAuditChain).toMatchObject({ valid: true });
  } finally {
    await withPostgres(url, (client) => client.query(`drop database "${name}" with (force)`));
  }
});
