import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxGateway } from '../../../src/modules/payments/sandbox-gateway.ts';
import { openSampleDatabase, type SampleDatabase } from '../../event-store/sample-database.ts';

let sample: SampleDatabase;
let gateway: SandboxGateway;
beforeAll(async () => {
  sample = await openSampleDatabase();
  gateway = new SandboxGateway(sample.database.sql);
});
afterAll(() => sample[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const charge = (key: string, token = 'tok_success') =>
  gateway.charge({ key, amount: 900, currency: 'EUR', method: 'card', token }, signal);

test('what is asked again under a key is answered as the first time, at the same time too', async () => {
  const key = crypto.randomUUID();
  const answers = await Promise.all(Array.from({ length: 10 }, () => charge(key)));
  expect(answers[0]).toMatchObject({ status: 'CHARGED' });
  expect([...answers, await charge(key, 'tok_declined'), await gateway.settle(key, signal)]).toEqual(
    Array.from({ length: 12 }, () => answers[0]),
  );
  expect(await sample.database.sql('select calls from sandbox_charge where key = $1', [key])).toEqual([{ calls: 12 }]);
});

test('a charge that arrives when its key was closed takes nothing', async () => {
  const key = crypto.randomUUID();
  expect(await gateway.settle(key, signal)).toEqual({ status: 'NOT_CHARGED' });
  expect(await charge(key)).toEqual({ status: 'NOT_CHARGED' });
  expect(await gateway.settle(key, signal)).toEqual({ status: 'NOT_CHARGED' });
});

test('an answer that was lost is found, and one that never was closes the key', async () => {
  const [charged, uncharged] = [crypto.randomUUID(), crypto.randomUUID()];
  const soon = AbortSignal.timeout(20);
  const request = { amount: 900, currency: 'EUR', method: 'card' };
  await expect(gateway.charge({ ...request, key: charged, token: 'tok_timeout' }, soon)).rejects.toThrow(
    'aborted due to timeout',
  );
  await expect(gateway.charge({ ...request, key: uncharged, token: 'tok_timeout_uncharged' }, soon)).rejects.toThrow(
    'aborted due to timeout',
  );
  expect(await gateway.settle(charged, signal)).toMatchObject({ status: 'CHARGED' });
  expect(await gateway.settle(uncharged, signal)).toEqual({ status: 'NOT_CHARGED' });
});
