import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, type SignedIn, signedInUser, succeed } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import type { ShownResult } from '../../support/graphql-requests.ts';
import { lineInput, ORDER_FIELDS, orderMutation, placeOrder, type ShownOrder } from '../../support/orders.ts';
import { openOnSocket } from '../../support/socket-client.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

let app: TestApp;
let other: TestNode;
let customer: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
  customer = await signedInUser(app.admin.client);
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

interface Followed extends AsyncDisposable {
  readonly orders: ShownOrder[];
  readonly codes: string[];
  /** Whether the stream is over. */
  isOver(): boolean;
}

async function follow(caller: GraphqlClient, id: string): Promise<Followed> {
  const orders: ShownOrder[] = [];
  const codes: string[] = [];
  let over = false;
  const query = `subscription ($id: ID!) { orderUpdated(id: $id) { ${ORDER_FIELDS} } }`;
  const operation = await openOnSocket(
    caller,
    { query, variables: { id } },
    {
      result({ data, errors }: ShownResult) {
        if (errors) codes.push(...errors.map((error) => error.extensions.code));
        const order = data?.['orderUpdated'] as ShownOrder | undefined;
        if (order) orders.push(order);
      },
      ended: () => (over = true),
    },
  );
  return { orders, codes, isOver: () => over, [Symbol.asyncDispose]: () => operation.leave() };
}

/** A subscription has begun when it shows a change; what was changed before is not shown. */
async function changeUntilShown(id: string, followed: Followed): Promise<void> {
  let quantity = 100;
  await waitFor(
    async () => {
      await orderMutation(customer.client, 'updateOrder', {
        id,
        input: { lines: [lineInput({ quantity: quantity++ })] },
      });
      return followed.orders.length > 0;
    },
    { describe: 'the subscription to begin' },
  );
}

test('a subscriber on another node sees the order after each change, in order', async () => {
  const { id } = await placeOrder(customer.client);
  const unrelated = await placeOrder(customer.client);
  await using followed = await follow(customer.client.at(other.url), id);
  await changeUntilShown(id, followed);
  await orderMutation(customer.client, 'cancelOrder', { id: unrelated.id, reason: 'Other.' });
  const last = await orderMutation(customer.client, 'cancelOrder', { id, reason: 'Done.' });
  await waitFor(() => followed.orders.at(-1)?.status === 'CANCELLED', { describe: 'the last change' });
  expect(followed.orders.at(-1)).toEqual(last.order);
  const [first = 0] = followed.orders.map(({ version }) => version);
  expect(followed.orders.map(({ version }) => version)).toEqual(followed.orders.map((_order, index) => first + index));
  expect(new Set(followed.orders.map((order) => order.id))).toEqual(new Set([id]));
});

test('who may not see the order cannot follow it', async () => {
  const { id } = await placeOrder(customer.client);
  const stranger = await signedInUser(app.admin.client);
  for (const [caller, orderId, code] of [
    [stranger.client, id, 'FORBIDDEN'],
    [customer.client.as(null), id, 'UNAUTHENTICATED'],
    [customer.client, crypto.randomUUID(), 'NOT_FOUND'],
    [customer.client, 'x', 'BAD_USER_INPUT'],
  ] as const) {
    await using followed = await follow(caller, orderId);
    await waitFor(() => followed.isOver(), { describe: `the refusal ${code}` });
    expect(followed).toMatchObject({ codes: [code], orders: [] });
  }
});

test('a right that is lost ends the stream', async () => {
  const { id } = await placeOrder(customer.client);
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  await using followed = await follow(manager.client.at(other.url), id);
  await changeUntilShown(id, followed);
  await succeed(app.admin.client, 'deactivateUser', { id: manager.user.id });
  await waitFor(() => followed.isOver(), { describe: 'the end of the stream' });
  expect(await mutate(app.admin.client, 'deactivateUser', { id: manager.user.id })).toMatchObject({ events: [] });
  const before = followed.orders.length;
  await orderMutation(customer.client, 'cancelOrder', { id, reason: 'Unseen.' });
  expect(followed.orders).toHaveLength(before);
});
