import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser, roleId, type ShownUser, signedInUser, succeed } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { withPostgres } from '../support/postgres-client.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const CANARY = 'Quetzalcoatlus';

let app: TestApp;
let admin: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = app.admin.client;
});
afterAll(() => app[Symbol.asyncDispose]());

const EVENT = `query ($id: ID!) { event(id: $id) { data metadata { ipAddress userAgent } ... on UserUpdated { user { email firstName } } } }`;
interface ShownEvent {
  readonly data: { readonly user: ShownUser; readonly previousData: ShownUser };
  readonly metadata: { readonly ipAddress: string | null; readonly userAgent: string | null };
  readonly user: { readonly email: string; readonly firstName: string };
}

async function look(client: GraphqlClient, id: string): Promise<ShownEvent | null> {
  return (await client.ask<{ event: ShownEvent | null }>(EVENT, { id })).event;
}

/** A person whose name was changed by an administrator; answers them and the event that says so. */
async function changedPerson(): Promise<{ user: ShownUser; eventId: string }> {
  const user = await createUser(admin, {
    firstName: CANARY,
    email: `${CANARY}-${randomUUID().slice(0, 8)}@example.com`,
  });
  const { events } = await succeed(admin, 'updateUser', { id: user.id, input: { lastName: `${CANARY} II` } });
  return { user, eventId: events?.[0]?.id ?? '' };
}

async function permit(change: 'grantPermission' | 'revokePermission', role: string, permission: string): Promise<void> {
  const mutation = `mutation ($id: ID!, $permission: String!) { ${change}(roleId: $id, permission: $permission) { __typename } }`;
  await admin.ask(mutation, { id: role, permission });
}

interface SealedRow {
  readonly id: string;
  readonly sealed: Readonly<Record<string, string>>;
}

/** As somebody who has the database in their hands. */
async function tamper(text: string, parameters: unknown[]): Promise<void> {
  const url = app.deployment.env['DATABASE_URL'] ?? '';
  await withPostgres(url, async (client) => {
    await client.query("set session_replication_role = 'replica'");
    await client.query(text, parameters);
  });
}

test('no name, address or device stands in the log in clear', async () => {
  const { user, eventId } = await changedPerson();
  const rows = await app.sql<{ text: string }>(
    'select e::text as text from event e where subject_id = $1 or aggregate_id = $1::text',
    [user.id],
  );
  expect(rows.length).toBeGreaterThan(2);
  for (const { text } of rows) {
    expect(text).not.toContain(CANARY);
    expect(text).not.toMatch(/127\.0\.0\.1|::1/);
  }
  expect(await look(admin, eventId)).toMatchObject({ data: { user: { firstName: CANARY, lastName: `${CANARY} II` } } });
});

test('every value has a nonce of its own and names its key, the same for all values of one person', async () => {
  const { user } = await changedPerson();
  const rows = await app.sql<SealedRow>('select id, sealed from event where subject_id = $1 and sealed is not null', [
    user.id,
  ]);
  const values = rows.flatMap(({ sealed }) => Object.entries(sealed));
  const nonces = values.map(([, token]) => Buffer.from(token.split('.')[1] ?? '', 'base64url').subarray(0, 12));
  expect(new Set(nonces.map(String)).size).toBe(values.length);
  const keys = values.filter(([path]) => path.startsWith('data.')).map(([, token]) => token.split('.')[0]);
  expect(new Set(keys).size).toBe(1);
  const [key] = await app.sql<{ id: string }>('select id from key_store.subject_key where subject_id = $1', [user.id]);
  expect(keys[0]).toBe(key?.id);
});

describe('a ciphertext', () => {
  const broken: string[] = [];

  test.for([
    [
      'moved to another field',
      (one: SealedRow) => ({ ...one.sealed, 'data.user.email': one.sealed['data.user.firstName'] }),
    ],
    [
      'moved to another event',
      (one: SealedRow, two: SealedRow) => ({ ...one.sealed, 'data.user.email': two.sealed['data.user.email'] }),
    ],
    [
      'altered in one bit',
      (one: SealedRow) => {
        const [key = '', text = ''] = (one.sealed['data.user.email'] ?? '').split('.');
        const bytes = Buffer.from(text, 'base64url');
        bytes[14] = (bytes[14] ?? 0) ^ 1;
        return { ...one.sealed, 'data.user.email': `${key}.${bytes.toString('base64url')}` };
      },
    ],
    [
      'cut short',
      (one: SealedRow) => ({ ...one.sealed, 'data.user.email': one.sealed['data.user.email']?.slice(0, 30) }),
    ],
    [
      'of a key that nobody knows',
      (one: SealedRow) => ({
        ...one.sealed,
        'data.user.email': `nobodyskey12${one.sealed['data.user.email']?.slice(12) ?? ''}`,
      }),
    ],
    ['that is none', (one: SealedRow) => ({ ...one.sealed, 'data.user.email': 'nonsense' })],
  ] as const)('%s is shown as unreadable, and everything around it as ever', async ([, change]) => {
    const { user, eventId } = await changedPerson();
    const rows = await app.sql<SealedRow>(
      'select id, sealed from event where subject_id = $1 and sealed is not null order by number',
      [user.id],
    );
    const one = rows.find((row) => row.id === eventId);
    const [two] = rows;
    if (!one || !two) throw new Error('The events are not there.');
    await tamper('update event set sealed = $2 where id = $1', [eventId, JSON.stringify(change(one, two))]);
    expect(await look(admin, eventId)).toMatchObject({ data: { user: { email: '[unreadable]', firstName: CANARY } } });
    broken.push(eventId);
  });

  test('keeps no stream from going on', async () => {
    // One that has them from the log: the other read them before they were altered.
    await using node = await app.deployment.startNode();
    await using follower = await EventFollower.open(admin.at(node.url), { filter: { types: ['USER_UPDATED'] } });
    await waitFor(() => follower.received.at(-1)?.stream.caughtUp === true, { describe: 'the end of the log' });
    expect(follower.errors).toEqual([]);
    const shown = follower.received.filter(({ event }) => broken.includes(event.id));
    expect(shown).toHaveLength(6);
    for (const { event } of shown) {
      expect(event.data).toMatchObject({ user: { email: '[unreadable]', firstName: CANARY } });
    }
  });
});

test('administrators and the person read what others, who may see the event, see hidden', async () => {
  const reader = await signedInUser(admin, { role: 'manager' });
  const managers = await roleId(admin, 'manager');
  await permit('grantPermission', managers, 'events:read');
  const person = await signedInUser(admin, { firstName: CANARY });
  const { events } = await succeed(admin, 'updateUser', { id: person.user.id, input: { lastName: 'Changed' } });
  const id = events?.[0]?.id ?? '';
  const shown = { data: { user: { firstName: CANARY } }, user: { firstName: CANARY, email: person.user.email } };
  const seen = await look(admin, id);
  expect(seen).toMatchObject(shown);
  expect(seen?.metadata.ipAddress).toContain('127.0.0.1');
  // The address is the administrator's, so it is not for the person to see.
  expect(await look(person.client, id)).toMatchObject({ ...shown, metadata: { ipAddress: null, userAgent: null } });
  expect(await look(reader.client, id)).toMatchObject({
    data: { user: { firstName: '[redacted]', lastName: '[redacted]', email: '[redacted]', username: '[redacted]' } },
    user: { firstName: '[redacted]', email: '[redacted]' },
    metadata: { ipAddress: null, userAgent: null },
  });
  const own = await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName: 'Own' } });
  const ownId = own.events?.[0]?.id ?? '';
  expect((await look(person.client, ownId))?.metadata.ipAddress).toContain('127.0.0.1');
  expect(await look((await signedInUser(admin)).client, id)).toBeNull();
});

test('a stream is shared by nobody who sees something else, and follows what its viewer may see', async () => {
  const managers = await roleId(admin, 'manager');
  await permit('grantPermission', managers, 'events:read');
  const [reader, another] = [
    await signedInUser(admin, { role: 'manager' }),
    await signedInUser(admin, { role: 'manager' }),
  ];
  const person = await signedInUser(admin, { firstName: CANARY });
  const clients = [admin, reader.client, another.client, person.client];
  const filter = { aggregateId: person.user.id, types: ['USER_UPDATED'] };
  const followers = await Promise.all(clients.map((client) => EventFollower.open(client, { filter })));
  const names = (place: number): unknown[] =>
    followers.map(({ received }) => (received[place]?.event.data['user'] as ShownUser | undefined)?.firstName);
  try {
    await succeed(admin, 'updateUser', { id: person.user.id, input: { lastName: 'One' } });
    await Promise.all(followers.map((follower) => follower.untilReceived(1)));
    expect(names(0)).toEqual([CANARY, '[redacted]', '[redacted]', CANARY]);

    await permit('grantPermission', managers, 'events:read-sensitive');
    await succeed(admin, 'updateUser', { id: person.user.id, input: { lastName: 'Two' } });
    await Promise.all(followers.map((follower) => follower.untilReceived(2)));
    expect(names(1)).toEqual([CANARY, CANARY, CANARY, CANARY]);

    await permit('revokePermission', managers, 'events:read-sensitive');
    await succeed(admin, 'updateUser', { id: person.user.id, input: { lastName: 'Three' } });
    await Promise.all(followers.map((follower) => follower.untilReceived(3)));
    expect(names(2)).toEqual([CANARY, '[redacted]', '[redacted]', CANARY]);
  } finally {
    for (const follower of followers) await follower[Symbol.asyncDispose]();
  }
});
