import { expect, test } from 'vitest';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { createHandlerDeployment, readLanes, untilCaughtUp } from './handler-deployment.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

const COUNT = 20_000;
const AGGREGATES = 200;
const MAY_GROW = 300 * 1024 ** 2;

test('two workers work off a backlog of 20,000 events completely, in order, and without growing', async () => {
  await using deployment = await createHandlerDeployment();
  await using sink = await EffectSink.listen();
  const { sql, env } = deployment;
  const made = entries(COUNT, AGGREGATES);
  await appendEntries(sql, made);
  const options = { env, sinkUrl: sink.url, lanes: 4 };
  const workers = await Promise.all([HandlerProcess.start(options), HandlerProcess.start(options)]);
  const [first, second] = workers;
  await using _first = first;
  await using _second = second;
  const atStart = await Promise.all(workers.map((worker) => worker.residentBytes()));
  const atMost = [...atStart];
  const holders = new Set<string | null>();
  sink.onEffect = async () => {
    if (sink.effects.length % 1_000 !== 0) return;
    for (const [index, worker] of workers.entries()) {
      atMost[index] = Math.max(atMost[index] ?? 0, await worker.residentBytes());
    }
    for (const { holder } of await readLanes(sql, 'courier')) holders.add(holder);
  };
  await untilCaughtUp(sql, 'canary', 90_000);
  await untilCaughtUp(sql, 'courier', 90_000);

  expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
  const lines = await linesOf(sql, 'canary');
  expect(lines).toHaveLength(COUNT);
  expect(orderFaults(lines)).toEqual([]);
  expect(sink.effects).toHaveLength(COUNT);
  expect(orderFaults(sink.effects)).toEqual([]);
  expect(workers.map(({ node }) => holders.has(node))).toEqual([true, true]);
  const grown = atMost.map((bytes, index) => bytes - (atStart[index] ?? 0));
  expect(Math.max(...grown)).toBeLessThan(MAY_GROW);
}, 120_000);
