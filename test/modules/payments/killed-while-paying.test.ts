import { expect, test } from 'vitest';
import { bootstrap } from '../../support/factories.ts';
import { placeOrder } from '../../support/orders.ts';
import { allCharges, pay, paymentsOf, untilPaymentSettled } from '../../support/payments.ts';
import { SignalboxProcess } from '../../support/signalbox-process.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { type Backend, createDeployment } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

/** The payment has to be under way for as long as it takes to see that, and to kill who makes it. */
const PATIENT = { SIGNALBOX_PAYMENT_TIMEOUT_MS: '4000', SIGNALBOX_PAYMENT_SETTLE_MS: '4000' };
const HASTY = { SIGNALBOX_PAYMENT_TIMEOUT_MS: '500', SIGNALBOX_PAYMENT_SETTLE_MS: '500' };

test.for([
  ['charged', 'tok_timeout', { status: 'PROCESSED', failureReason: null }, 1],
  ['not charged', 'tok_timeout_uncharged', { status: 'FAILED', failureReason: 'NOT_CHARGED' }, 0],
] as const)(
  'what a node that was killed while it paid left behind, %s, another settles: once',
  { timeout: 150_000 },
  async ([, token, outcome, charged]) => {
    await using deployment = await createDeployment();
    await using server = await SignalboxProcess.start({ ...deployment.env, ...PATIENT });
    const { client, accessToken } = await bootstrap(server.client, await server.bootstrapToken());
    const order = await placeOrder(client);
    const key = crypto.randomUUID();
    // Started before the kill: it hears of the payment by its event.
    await using node = await deployment.startNode({ ...PATIENT });
    const cutOff = pay(client, order, { key, token }).catch((error: unknown) => error);
    const [pending] = await waitFor(
      async () => {
        const rows = await node.sql<{ id: string }>(`select id from payment where order_id = $1`, [order.id]);
        const ready = rows.length > 0 && (await allCharges(node.sql)) === charged;
        return ready && rows;
      },
      { describe: 'the payment to be under way' },
    );
    server.signal('SIGKILL');
    await server.untilEnded();
    expect(await cutOff).toBeInstanceOf(TypeError);

    const again = node.client.as(accessToken);
    expect(await untilPaymentSettled(again, pending?.id ?? '')).toMatchObject(outcome);
    expect(await pay(again, order, { key, token })).toMatchObject({
      __typename: charged === 1 ? 'ProcessPaymentPayload' : 'PaymentDeclinedError',
    });
    expect(await paymentsOf(again, order.id)).toHaveLength(1);
    expect(await allCharges(node.sql)).toBe(charged);
    expect(await node.app.bus.log.readStream('Payment', pending?.id ?? '')).toHaveLength(2);
    expect(await findLogFaults(node.sql)).toEqual([]);
  },
);

test.for(['postgres', 'embedded'] satisfies Backend[])(
  'a single node that was killed settles it when it is started again (%s)',
  { timeout: 240_000 },
  async (backend) => {
    await using deployment = await createDeployment(backend);
    let token: string;
    let orderId: string;
    {
      await using server = await SignalboxProcess.start({ ...deployment.env, ...PATIENT });
      const { client, accessToken } = await bootstrap(server.client, await server.bootstrapToken());
      token = accessToken;
      const order = await placeOrder(client);
      orderId = order.id;
      const cutOff = pay(client, order, { token: 'tok_timeout' }).catch((error: unknown) => error);
      await waitFor(async () => (await paymentsOf(client, order.id)).length === 1, {
        describe: 'the payment to start',
      });
      // One more answer from the same session of the database, so the charge stands behind it.
      await paymentsOf(client, order.id);
      server.signal('SIGKILL');
      await cutOff;
    }
    await using node = await deployment.startNode(HASTY);
    const client = node.client.as(token);
    const [payment] = await paymentsOf(client, orderId);
    const settled = await untilPaymentSettled(client, payment?.id ?? '');
    expect(settled.status === 'PROCESSED' ? 1 : 0).toBe(await allCharges(node.sql));
    expect(await findLogFaults(node.sql)).toEqual([]);
  },
);
