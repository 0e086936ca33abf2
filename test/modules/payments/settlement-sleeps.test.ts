import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { GatewayCalls } from '../../../src/modules/payments/gateway-calls.ts';
import { PaymentSettlement } from '../../../src/modules/payments/payment-settlement.ts';
import { SandboxGateway } from '../../../src/modules/payments/sandbox-gateway.ts';
import { silentLogger } from '../../event-store/sample-database.ts';
import { createUser } from '../../support/factories.ts';
import { placeOrder } from '../../support/orders.ts';
import { pay, untilPaymentSettled } from '../../support/payments.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('while no payment waits for its outcome the database is left alone, and one of another node wakes it', async () => {
  await using app = await startTestApp({ env: { SIGNALBOX_PAYMENT_TIMEOUT_MS: '200' } });
  const { client } = app.admin;
  const statements: string[] = [];
  const counting: Sql = (text, parameters) => {
    statements.push(text);
    return app.sql(text, parameters);
  };
  const { commands, log, tail } = app.app.bus;
  const calls = new GatewayCalls({ gateway: new SandboxGateway(app.sql), timeoutMs: 5_000, logger: silentLogger });
  const parts = { sql: counting, commands, log, tail, calls, logger: silentLogger };
  await using settlement = new PaymentSettlement({ ...parts, settleAfterMs: 400 });
  settlement.start();
  // One look at the start.
  await waitFor(() => statements.length === 2, { describe: 'the first look' });
  for (let index = 0; index < 20; index++) await createUser(client);
  await waitFor(() => tail.waiting > 0, { describe: 'everybody to wait for the next event' });
  expect(statements).toHaveLength(2);

  // The app's own settlement finds it as well; whoever is first, this one looks when its time has come.
  const order = await placeOrder(client);
  const { paymentId = '' } = await pay(client, order, { token: 'tok_timeout' });
  await untilPaymentSettled(client, paymentId);
  await waitFor(() => statements.length > 2, { describe: 'the second look' });
});
