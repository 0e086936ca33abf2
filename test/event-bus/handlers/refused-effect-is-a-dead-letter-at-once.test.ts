import { expect, test } from 'vitest';
import { EffectRefusedError } from '../../../src/event-bus/define-handler.ts';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, entry } from './sample-ledger.ts';

const REFUSED = 12;

test('refused effects are dead letters after one attempt, and however many they are the circuit stays closed', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const delivered: string[] = [];
  const handler = courier({
    lanes: 1,
    concurrency: 1,
    async deliver(event) {
      if (event.data.note === 'refuse') throw new EffectRefusedError('There is no such address.');
      delivered.push(event.id);
      return undefined;
    },
  });
  await using node = await deployment.startNode([handler]);
  const refused = Array.from({ length: REFUSED }, (_, index) => entry(`ledger-${index}`, { note: 'refuse' }));
  const ids = await appendEntries(sql, [...refused, entry('accepted')]);
  await untilSettled(sql, 'courier');
  expect(await readParked(sql, 'courier')).toMatchObject(
    refused.map((_, index) => ({
      event_id: ids[index],
      state: 'dead',
      attempts: 1,
      error_class: 'EffectRefusedError',
      error_message: 'There is no such address.',
    })),
  );
  expect(delivered).toEqual([ids[REFUSED]]);
  expect(node.logs.filter((line) => line.includes('Waiting for a dependency'))).toEqual([]);
});
