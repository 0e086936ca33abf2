import { expect, test } from 'vitest';
import { EffectSink } from '../../support/effect-sink.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readLanes, readParked, untilSettled } from './handler-deployment.ts';
import { postingCourier } from './sample-handlers.ts';
import { appendEntries, entries, orderFaults } from './sample-ledger.ts';

const COUNT = 200;
const LEDGERS = 20;

test('while a dependency is down calls stop, no event is given up, and after it is back all arrive once and in order', async () => {
  await using deployment = await createHandlerDeployment();
  await using sink = await EffectSink.listen();
  const { sql } = deployment;
  let isDown = true;
  let refusals = 0;
  sink.onEffect = (_effect, answer) => {
    if (!isDown) return;
    refusals++;
    answer.status = 503;
  };
  // The breaker lets an attempt through every five seconds: fewer attempts per event than it will see of those.
  await using node = await deployment.startNode([postingCourier(sink.url, { lanes: 2, retry: { maxAttempts: 2 } })]);
  await appendEntries(sql, entries(COUNT, LEDGERS));
  await waitFor(() => node.logs.some((line) => line.includes('Waiting for a dependency')), {
    describe: 'an open circuit',
  });
  const refusedUntilOpen = refusals;
  // Those under way when it opened, at most: what the handlers of one dependency may do at once.
  expect(refusedUntilOpen).toBeLessThanOrEqual(5 + 16);
  await waitFor(() => refusals >= refusedUntilOpen + 3, { describe: 'three trials', timeoutMs: 40_000 });
  expect((await readParked(sql, 'courier')).filter(({ state }) => state === 'dead')).toEqual([]);
  isDown = false;
  await untilSettled(sql, 'courier', 30_000);
  await waitFor(async () => (await readParked(sql, 'courier')).length === 0, {
    describe: 'the parked events to drain',
  });
  expect(sink.effects).toHaveLength(COUNT);
  expect(sink.repeated).toBe(0);
  expect(orderFaults(sink.effects)).toEqual([]);
  expect((await readLanes(sql, 'courier')).length).toBe(2);
}, 90_000);
