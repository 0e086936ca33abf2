import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOrderNumber } from '../../../src/modules/orders/order-number.ts';
import { orders } from '../../../src/modules/orders/order.aggregate.ts';
import { placeOrder as decide } from '../../../src/modules/orders/order.ts';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import {
  listOrders,
  orderMutation,
  type OrderPage,
  ORDERS,
  placeOrder,
  type ShownOrder,
} from '../../support/orders.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let customer: SignedIn;
/** Seven of the customer, the oldest first, the third cancelled, and one of somebody else in the middle. */
const placed: ShownOrder[] = [];
beforeAll(async () => {
  app = await startTestApp();
  customer = await signedInUser(app.admin.client);
  for (let index = 0; index < 8; index++) {
    placed.push(await placeOrder(index === 4 ? app.admin.client : customer.client));
  }
  await orderMutation(customer.client, 'cancelOrder', { id: placed[2]?.id, reason: 'No.' });
});
afterAll(() => app[Symbol.asyncDispose]());

const newestFirst = (orders: readonly ShownOrder[]) => orders.toReversed().map(({ id }) => id);
const own = () => placed.filter((_order, index) => index !== 4);

async function idsOf(client: SignedIn['client'], filter: object): Promise<string[]> {
  const { edges, totalCount } = await listOrders(client, { filter, first: 20 });
  expect(totalCount).toBe(edges.length);
  return edges.map(({ node }) => node.id);
}

async function pageThrough(client: SignedIn['client'], first: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page: OrderPage = await listOrders(client, { first, after });
    ids.push(...page.edges.map(({ node }) => node.id));
    after = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
  }
  return ids;
}

test('pages follow each other, the newest first', async () => {
  expect(await pageThrough(app.admin.client, 3)).toEqual(newestFirst(placed));
});

test('orders placed in the same instant are neither skipped nor repeated', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const now = new Date();
  const ids = Array.from({ length: 5 }, () => v7());
  await app.app.bus.commands.execute({
    name: 'createOrders',
    aggregateType: 'Order',
    kind: 'CREATE',
    shown: {},
    viewer: null,
    origin: { correlationId: v7(), ipAddress: null, userAgent: null },
    run: async ({ em }) => {
      const changes = ids.map((id) => ({
        aggregate: orders.blank(id),
        facts: [decide({ id, customerId: user.id, currency: 'EUR', lines: [], orderNumber: newOrderNumber() }, now)],
      }));
      await orders.appendAll(em, changes);
      return {};
    },
  });
  expect(await pageThrough(client, 2)).toEqual(ids.toSorted().toReversed());
});

test('a list can be narrowed', async () => {
  const { client } = app.admin;
  const customerId = customer.user.id;
  expect(await idsOf(client, { customerId })).toEqual(newestFirst(own()));
  expect(await idsOf(client, { status: 'CANCELLED' })).toEqual([placed[2]?.id]);
  expect(await idsOf(client, { status: 'PENDING', customerId })).toHaveLength(6);
  const [from, to] = [placed[1]?.createdAt, placed[6]?.createdAt];
  expect(await idsOf(client, { createdAfter: from, createdBefore: to })).toEqual(newestFirst(placed.slice(2, 6)));
  const number = placed[3]?.orderNumber ?? '';
  for (const search of [number, number.toLowerCase(), number.replaceAll('-', ''), number.slice(4, 11)]) {
    expect(await idsOf(client, { search })).toEqual([placed[3]?.id]);
  }
  expect(await idsOf(client, { search: '%' })).toEqual([]);
  expect(await idsOf(client, { search: 'nothing like it' })).toEqual([]);
});

test.for([
  ['a page of none', { first: 0 }],
  ['a page of 101', { first: 101 }],
  ['a cursor that is none', { after: 'x' }],
  ['a cursor of something else', { after: Buffer.from('["a","b"]').toString('base64url') }],
  ['a day that does not exist', { after: cursor('2026-02-31T00:00:00.000Z') }],
  ['a long search', { filter: { search: 's'.repeat(51) } }],
  ['a customer id that is none', { filter: { customerId: 'x' } }],
  ['an unknown status', { filter: { status: 'LOST' } }],
])('%s is refused', async ([, variables]) => {
  expect(await app.admin.client.codeOf(ORDERS, variables as Record<string, unknown>)).toBe('BAD_USER_INPUT');
});

function cursor(createdAt: string): string {
  return Buffer.from(JSON.stringify([createdAt, '01a2095a-f686-7294-ae88-05e1da639557'])).toString('base64url');
}
