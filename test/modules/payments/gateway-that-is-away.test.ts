import { expect, test } from 'vitest';
import type { ChargeOutcome, ChargeRequest, PaymentGateway } from '../../../src/modules/payments/payment-gateway.ts';
import { signedInUser } from '../../support/factories.ts';
import { placeOrder } from '../../support/orders.ts';
import { findPayment, pay, untilPaymentSettled } from '../../support/payments.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const TOKEN = 'tok_canary_7be3';

/** Takes the money, and then cannot be asked about it until it is back. */
class AbsentGateway implements PaymentGateway {
  readonly dependency = 'absent gateway';
  isBack = false;
  asked = 0;
  readonly #charged = new Set<string>();

  async charge({ key, token }: ChargeRequest): Promise<ChargeOutcome> {
    this.#charged.add(key);
    throw new Error(`The line broke after ${token}.`);
  }

  async settle(key: string): Promise<ChargeOutcome> {
    this.asked++;
    if (!this.isBack) throw new Error('Nobody there.');
    return this.#charged.has(key) ? { status: 'CHARGED', transactionId: 'found' } : { status: 'NOT_CHARGED' };
  }
}

test('a gateway that cannot be asked is asked again until it answers, and the token is found nowhere', async () => {
  const gateway = new AbsentGateway();
  await using app = await startTestApp({
    env: { SIGNALBOX_PAYMENT_TIMEOUT_MS: '100', SIGNALBOX_PAYMENT_SETTLE_MS: '100' },
    overrides: { paymentGateway: gateway },
  });
  const { client } = await signedInUser(app.admin.client);
  const order = await placeOrder(client);
  const answer = await pay(client, order, { token: TOKEN });
  expect(answer).toMatchObject({ __typename: 'PaymentPendingError' });
  const paymentId = answer.paymentId ?? '';
  await waitFor(() => gateway.asked >= 2, { describe: 'the gateway to be asked again' });
  expect(await findPayment(client, paymentId)).toMatchObject({ status: 'PENDING', version: 1 });
  gateway.isBack = true;
  expect(await untilPaymentSettled(client, paymentId)).toMatchObject({ status: 'PROCESSED', transactionId: 'found' });

  const tables = await app.sql<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    rows.push(...(await app.sql<{ row: string }>(`select t::text as row from ${name} t`)).map(({ row }) => row));
  }
  expect(rows.join('\n')).toContain(paymentId);
  expect(rows.join('\n')).not.toContain(TOKEN);
  expect(app.logs.join('')).toContain(paymentId);
  expect(app.logs.join('')).not.toContain(TOKEN);
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
});
