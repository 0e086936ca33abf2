import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilAudited } from '../../support/audit-log.ts';
import { eraseUser, untilErased } from '../../support/erasure.ts';
import { createUser, signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { orderMutation, placeOrder } from '../../support/orders.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const EXPORT = `mutation ($id: ID!, $after: String) { exportUserData(id: $id, after: $after) { __typename
  ... on ExportUserDataPayload { userId data next events { type } } ... on Error { code message }
  ... on ValidationError { fieldErrors { path message } } } }`;

type Records = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

interface Part {
  readonly __typename: string;
  readonly data?: Records;
  readonly next?: string | null;
  readonly code?: string;
}

let app: TestApp;
let person: SignedIn;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_KEY_CACHE_SECONDS: '1' } });
  person = await signedInUser(app.admin.client, { firstName: 'Ada', lastName: 'Lovelace' });
});
afterAll(() => app[Symbol.asyncDispose]());

async function exportPart(client: GraphqlClient, id: string, after: string | null = null): Promise<Part> {
  return (await client.ask<{ exportUserData: Part }>(EXPORT, { id, after })).exportUserData;
}

test('a person gets everything that is kept about them, readable, and no secret', async () => {
  const { client, user } = person;
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { lastName: 'King' } });
  const order = await placeOrder(client);
  await orderMutation(client, 'cancelOrder', { id: order.id, reason: 'Ordered by mistake.' });
  await untilAudited(app.sql);
  await waitFor(
    async () => (await app.sql('select 1 from notification where recipient_id = $1', [user.id])).length >= 3,
    {
      describe: 'notifications',
    },
  );
  const { data = {}, next } = await exportPart(client, user.id);
  expect(next).toBeNull();
  expect(data['account']).toMatchObject([
    { id: user.id, email: user.email, firstName: 'Ada', lastName: 'King', role: 'user' },
  ]);
  expect(data['sessions']).toHaveLength(1);
  expect(data['orders']).toMatchObject([{ id: order.id, status: 'CANCELLED' }]);
  expect(data['payments']).toEqual([]);
  expect(data['notifications']?.length).toBeGreaterThan(2);
  expect(data['auditEntries']?.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['CREATE', 'UPDATE', 'LOGIN', 'CANCEL']),
  );
  expect(data['events']?.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['USER_CREATED', 'USER_UPDATED', 'USER_LOGGED_IN', 'ORDER_CREATED', 'ORDER_CANCELLED']),
  );
  const cancelled = data['events']?.find(({ type }) => type === 'ORDER_CANCELLED');
  expect(cancelled).toMatchObject({ data: { reason: 'Ordered by mistake.' } });
  const text = JSON.stringify(data);
  expect(text).not.toMatch(/argon2|password|hash|token/i);
  // Where the administrator was is none of the person's business.
  const changed = data['events']?.find(({ type }) => type === 'USER_UPDATED');
  expect(changed).toMatchObject({ data: { user: { lastName: 'King' } }, metadata: { ipAddress: null } });
});

test('an administrator may ask for anybody, others for themselves only, and each time it is audited', async () => {
  const { id } = person.user;
  const other = await signedInUser(app.admin.client, { role: 'manager' });
  expect(await other.client.codeOf(EXPORT, { id })).toBe('FORBIDDEN');
  expect(await other.client.as(null).codeOf(EXPORT, { id })).toBe('UNAUTHENTICATED');
  expect(await exportPart(app.admin.client, id)).toMatchObject({ __typename: 'ExportUserDataPayload' });
  await untilAudited(app.sql);
  const entries = await app.sql(
    `select user_id from audit_log where action = 'EXPORT' and resource_id = $1 order by sequence`,
    [id],
  );
  expect(entries).toEqual([{ user_id: id }, { user_id: app.admin.user.id }]);
});

test('what is more than a part comes in parts, each record once', async () => {
  const { id } = await createUser(app.admin.client);
  await app.sql(
    `insert into notification (recipient_id, event_id, event_type, level, title, message, created_at)
     select $1, gen_random_uuid(), 'USER_UPDATED', 'info', 'News', 'Number ' || n, clock_timestamp() from generate_series(1, 1200) n`,
    [id],
  );
  const numbers: unknown[] = [];
  const events: unknown[] = [];
  const sizes: number[] = [];
  for (let after: string | null | undefined = null; after !== undefined;) {
    const part: Part = await exportPart(app.admin.client, id, after);
    numbers.push(...(part.data?.['notifications'] ?? []).map(({ number }) => number));
    events.push(...(part.data?.['events'] ?? []).map((event) => event['id']));
    sizes.push(Object.values(part.data ?? {}).reduce((sum, records) => sum + records.length, 0));
    after = part.next ?? undefined;
  }
  expect(sizes.slice(0, 2)).toEqual([500, 500]);
  expect(Math.max(...sizes)).toBe(500);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.length).toBeGreaterThanOrEqual(1_200);
  expect(events.length).toBeGreaterThan(1);
  expect(new Set(events).size).toBe(events.length);
});

test('a cursor that is none, and somebody who is nobody, are refused', async () => {
  const { id } = person.user;
  const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const after of [
    '',
    '!',
    'x'.repeat(400),
    cursor(null),
    cursor(['nothing', '1']),
    cursor(['orders', "' or 1=1"]),
    cursor(['orders', 1]),
  ]) {
    expect(await exportPart(app.admin.client, id, after)).toMatchObject({ __typename: 'ValidationError' });
  }
  expect(await exportPart(app.admin.client, randomUUID())).toMatchObject({ code: 'NOT_FOUND' });
});

test('of an erased person there is nothing personal left to export', async () => {
  const { id } = await createUser(app.admin.client, { firstName: 'Pterodactyl' });
  await eraseUser(app.admin.client, id);
  await untilErased(app.admin.client, id);
  const { data } = await exportPart(app.admin.client, id);
  expect(JSON.stringify(data)).not.toContain('Pterodactyl');
  expect(data?.['events']?.at(-1)).toMatchObject({ type: 'USER_DATA_ERASED' });
});
