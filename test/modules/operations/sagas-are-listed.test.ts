import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, signedInUser } from '../../support/factories.ts';
import { placeOrder } from '../../support/orders.ts';
import { SAGAS, type ShownSaga, untilSagaIs } from '../../support/sagas.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

interface Page {
  readonly sagas: {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly edges: readonly { readonly node: ShownSaga }[];
  };
}

let app: TestApp;
let userIds: string[];
beforeAll(async () => {
  app = await startTestApp({ sagas: 'running' });
  const { client, user } = app.admin;
  userIds = [user.id];
  for (let index = 0; index < 3; index++) userIds.unshift((await createUser(client)).id);
  for (const id of userIds) await untilSagaIs(client, 'registration', id, 'COMPLETED');
});
afterAll(() => app[Symbol.asyncDispose]());

const list = async (variables: object = {}): Promise<Page['sagas']> =>
  (await app.admin.client.ask<Page>(SAGAS, { ...variables })).sagas;

test('sagas are listed, the newest first, page by page', async () => {
  const filter = { name: 'registration' };
  const keys: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 2; page++) {
    const { totalCount, pageInfo, edges }: Page['sagas'] = await list({ filter, first: 2, after });
    expect(totalCount).toBe(4);
    expect(pageInfo.hasNextPage).toBe(page === 0);
    keys.push(...edges.map(({ node }) => node.key));
    after = pageInfo.endCursor;
  }
  expect(keys).toEqual(userIds);
});

test('each is found by what it is about, where it stands and what it belongs to', async () => {
  const order = await placeOrder(app.admin.client);
  const waiting = await untilSagaIs(app.admin.client, 'order-payment', order.id, 'RUNNING');
  expect(waiting).toMatchObject({ step: 'mark-paid', completedSteps: [], error: null, endedAt: null });
  // An hour after the order, which is when it expires.
  expect(Date.parse(waiting.dueAt ?? '')).toBeGreaterThanOrEqual(Date.parse(order.createdAt) + 3_600_000);
  for (const filter of [{ status: 'RUNNING' }, { key: order.id }, { correlationId: waiting.correlationId }]) {
    const { edges, totalCount } = await list({ filter });
    expect([totalCount, edges[0]?.node.id]).toEqual([1, waiting.id]);
  }
  expect(await list({ filter: { name: 'nobody' } })).toMatchObject({ totalCount: 0, edges: [] });
});

test('a cursor that is none is refused, and so is who may not look', async () => {
  expect(await app.admin.client.codeOf(SAGAS, { after: 'bm9uZQ' })).toBe('BAD_USER_INPUT');
  const { client } = await signedInUser(app.admin.client);
  expect(await client.codeOf(SAGAS)).toBe('FORBIDDEN');
  expect(await app.client.codeOf(SAGAS)).toBe('UNAUTHENTICATED');
});
