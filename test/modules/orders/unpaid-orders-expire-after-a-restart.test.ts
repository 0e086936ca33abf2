import { expect, test } from 'vitest';
import { bootstrap } from '../../support/factories.ts';
import { findOrder, placeOrder } from '../../support/orders.ts';
import { untilSaga } from '../../support/sagas.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { type Backend, createDeployment } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test.for([
  { backend: 'postgres', nodes: 2 },
  { backend: 'embedded', nodes: 1 },
] as const satisfies { backend: Backend; nodes: number }[])(
  'the time of an unpaid order runs on while nothing runs, and is over once: $backend, then $nodes nodes',
  { timeout: 90_000 },
  async ({ backend, nodes }) => {
    await using deployment = await createDeployment(backend);
    const env = { SIGNALBOX_ORDER_EXPIRY_SECONDS: '8' };
    let token: string;
    let orderId: string;
    {
      await using node = await deployment.startNode(env);
      const { client, accessToken } = await bootstrap(node.client, node.app.bootstrapToken ?? '');
      token = accessToken;
      orderId = (await placeOrder(client)).id;
      await untilSaga(client, 'order-payment', orderId, ({ dueAt }) => dueAt !== null);
      expect(await findOrder(client, orderId)).toMatchObject({ status: 'PENDING' });
    }
    await using cleanup = new AsyncDisposableStack();
    const started = await Promise.all(Array.from({ length: nodes }, () => deployment.startNode(env)));
    for (const node of started) cleanup.use(node);
    const [node] = started;
    if (!node) throw new Error('No node started.');
    const client = node.client.as(token);
    await waitFor(async () => (await findOrder(client, orderId))?.status === 'CANCELLED', {
      describe: 'the order to expire',
    });
    const events = await node.app.bus.log.readStream('Order', orderId);
    expect(events.map(({ type }) => type)).toEqual(['ORDER_CREATED', 'ORDER_CANCELLED']);
    const [created, expired] = events.map(({ timestamp }) => new Date(timestamp).getTime());
    // Not before its time: by the database's clock, as all of it.
    expect((expired ?? 0) - (created ?? 0)).toBeGreaterThanOrEqual(8_000);
    expect(await findLogFaults(node.sql)).toEqual([]);
  },
);
