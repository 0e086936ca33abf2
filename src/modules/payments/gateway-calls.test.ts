import { pino } from 'pino';
import { expect, test } from 'vitest';
import { GatewayCalls } from './gateway-calls.ts';
import { type ChargeOutcome, GatewayDownError, type PaymentGateway } from './payment-gateway.ts';

const lines: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
const TOKEN = 'tok_canary_5f1c';
const request = (key = 'key') => ({ key, amount: 900, currency: 'EUR', method: 'card', token: TOKEN });
const CHARGED: ChargeOutcome = { status: 'CHARGED', transactionId: 't' };

function callsOf(charge: PaymentGateway['charge'], overrides: { dependency?: string; timeoutMs?: number } = {}) {
  const gateway: PaymentGateway = {
    dependency: overrides.dependency ?? null,
    charge,
    settle: async () => {
      throw new Error('Not asked for.');
    },
  };
  return new GatewayCalls({ gateway, timeoutMs: overrides.timeoutMs ?? 10_000, logger });
}

test.for([
  CHARGED,
  { status: 'DECLINED', reason: 'EXPIRED_CARD' },
  { status: 'NOT_CHARGED' },
] as const satisfies ChargeOutcome[])('what the gateway says is the answer: $status', async (outcome) => {
  expect(await callsOf(async () => outcome).charge(request())).toEqual(outcome);
});

test('a gateway that is down was not reached', async () => {
  const calls = callsOf(async () => {
    throw new GatewayDownError('refused');
  });
  expect(await calls.charge(request())).toEqual({ status: 'UNREACHED' });
});

test('after any other failure nobody knows, and what failed is not told', async () => {
  const calls = callsOf(async ({ token }) => {
    throw new TypeError(`half an answer about ${token}`);
  });
  expect(await calls.charge(request())).toEqual({ status: 'UNKNOWN' });
  expect(lines.join('')).toContain('"failure":"TypeError"');
  expect(lines.join('')).not.toContain(TOKEN);
});

test('an answer that does not come is not waited for, even by a gateway that does not listen', async () => {
  const { promise: never } = Promise.withResolvers<ChargeOutcome>();
  const calls = callsOf(() => never, { timeoutMs: 20 });
  expect(await calls.charge(request())).toEqual({ status: 'UNKNOWN' });
});

test('a gateway that fails again and again is left alone for a while', async () => {
  let asked = 0;
  const calls = callsOf(
    async () => {
      asked++;
      throw new Error('no answer');
    },
    { dependency: 'gateway' },
  );
  for (let index = 0; index < 5; index++) {
    expect(await calls.charge(request(`key ${index}`))).toEqual({ status: 'UNKNOWN' });
  }
  expect(await calls.charge(request('key 6'))).toEqual({ status: 'UNREACHED' });
  expect(asked).toBe(5);
});
