import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  mutate,
  PASSWORD,
  personInput,
  type SignedIn,
  signedInUser,
  signIn,
  succeed,
} from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import type { ShownError } from '../../support/graphql-requests.ts';
import { findOrder, lineInput, orderMutationCode, placeOrder, type ShownOrder } from '../../support/orders.ts';
import { openOnSocket } from '../../support/socket-client.ts';
import { countEvents } from '../../support/stored-log.ts';
import { type Backend, startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';
import { completeMaintenance, startMaintenance } from './maintenance-operations.ts';

let app: TestApp;
let other: TestNode;
let customer: SignedIn;
let order: ShownOrder;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
  customer = await signedInUser(app.admin.client);
  order = await placeOrder(customer.client);
});
afterEach(() => completeMaintenance(app.admin.client));
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const CREATE = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }`;
const input = { currency: 'EUR', lines: [lineInput()] };

/** What a mutation over a socket is answered with. */
async function overSocket(client: GraphqlClient): Promise<readonly ShownError[]> {
  const errors: ShownError[] = [];
  const over = Promise.withResolvers<void>();
  const operation = await openOnSocket(
    client,
    { query: CREATE, variables: { input } },
    { result: (result) => errors.push(...(result.errors ?? [])), ended: () => over.resolve() },
  );
  await over.promise;
  await operation.leave();
  return errors;
}

test('at once where it was opened, and soon elsewhere, changes are refused over HTTP and sockets', async () => {
  const expectedEnd = new Date(Date.now() + 3_600_000).toISOString();
  await startMaintenance(app.admin.client, { expectedEnd });
  const before = await countEvents(app.sql);
  const { result } = await customer.client.send(CREATE, { input });
  expect(result.errors?.[0]).toMatchObject({
    message: 'Changes are not possible for now: New disks',
    extensions: { code: 'MAINTENANCE', expectedEnd },
  });
  expect(await overSocket(customer.client)).toMatchObject([{ extensions: { code: 'MAINTENANCE' } }]);
  expect(await countEvents(app.sql)).toBe(before);
  const elsewhere = customer.client.at(other.url);
  await waitFor(async () => (await elsewhere.codeOf(CREATE, { input })) === 'MAINTENANCE', {
    describe: 'the window on the other node',
  });
  expect(await overSocket(elsewhere)).toMatchObject([{ extensions: { code: 'MAINTENANCE' } }]);

  await completeMaintenance(app.admin.client);
  expect(await customer.client.codeOf(CREATE, { input })).toBeNull();
  await waitFor(async () => (await elsewhere.codeOf(CREATE, { input })) === null, {
    describe: 'the end of the window on the other node',
  });
});

test('no change of anybody but the administrators is let in, whatever it is', async () => {
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  await startMaintenance(app.admin.client);
  const before = await countEvents(app.sql);
  const { client } = customer;
  expect(await orderMutationCode(client, 'updateOrder', { id: order.id, input: { lines: input.lines } })).toBe(
    'MAINTENANCE',
  );
  expect(await orderMutationCode(client, 'cancelOrder', { id: order.id, reason: 'No.' })).toBe('MAINTENANCE');
  const person = { ...personInput(), password: PASSWORD };
  for (const [caller, mutation, variables] of [
    [client, 'mutation ($id: ID!) { updateUser(id: $id, input: {}) { __typename } }', { id: customer.user.id }],
    [
      client.as(null),
      'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }',
      { input: person },
    ],
    [client, 'mutation { markAllNotificationsRead { __typename } }', {}],
    [manager.client, 'mutation ($id: ID!) { deactivateUser(id: $id) { __typename } }', { id: customer.user.id }],
  ] as const) {
    expect(await caller.codeOf(mutation, variables)).toBe('MAINTENANCE');
  }
  expect(await countEvents(app.sql)).toBe(before);
  // Who may not do it at all is told that.
  const forbidden = 'mutation ($id: ID!) { deleteUser(id: $id) { __typename } }';
  expect(await client.codeOf(forbidden, { id: manager.user.id })).toBe('FORBIDDEN');
});

test('administrators work, everybody reads, signs in and out', async () => {
  await startMaintenance(app.admin.client);
  expect(await placeOrder(app.admin.client)).toMatchObject({ status: 'PENDING' });
  expect(await findOrder(customer.client, order.id)).toEqual(order);
  const session = await signIn(customer.client, customer.user.email);
  const refreshed = await succeed(session.client, 'refreshSession', { input: { refreshToken: session.refreshToken } });
  expect(refreshed.__typename).toBe('RefreshSessionPayload');
  expect(await mutate(session.client.as(refreshed.accessToken ?? ''), 'logout')).toMatchObject({
    __typename: 'LogoutPayload',
  });
});

test('a window outlives a restart, and the embedded database keeps it, too', { timeout: 120_000 }, async () => {
  for (const backend of ['embedded'] satisfies Backend[]) {
    await using embedded = await startTestApp({ backend });
    const { client } = await signedInUser(embedded.admin.client);
    await startMaintenance(embedded.admin.client);
    expect(await client.codeOf(CREATE, { input })).toBe('MAINTENANCE');
    await completeMaintenance(embedded.admin.client);
    expect(await client.codeOf(CREATE, { input })).toBeNull();
  }
  await startMaintenance(app.admin.client);
  await using started = await app.deployment.startNode();
  expect(await customer.client.at(started.url).codeOf(CREATE, { input })).toBe('MAINTENANCE');
});
