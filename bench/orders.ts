// How long an order takes to load that has 10,000 events, and what its snapshots cost whoever appends.

import { v7 } from 'uuid';
import { databaseConfig } from './measure/database-config.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { ProcessorClock } from './measure/processor-time.ts';
import { printReport } from './measure/report.ts';
import { runRounds } from './measure/rounds.ts';
import { EmmettOrders } from './orders/emmett-orders.ts';
import { SignalboxOrders } from './orders/signalbox-orders.ts';

const POOL_SIZE = 16;
const LONG = Number(process.env['BENCH_EVENTS'] ?? 10_000);
const SHORT = 5;
const OTHERS = 2_000;
const SNAPSHOT_EVERY = 100;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 1);
const concurrencies = (process.env['BENCH_CONCURRENCY'] ?? '1,4').split(',').map(Number);

await using server = await startDurableServer();
const ownUrl = await server.createMigratedDatabase('bench_signalbox_orders');
await using signalbox = await SignalboxOrders.open(databaseConfig(ownUrl, POOL_SIZE));
await using emmett = await EmmettOrders.open(await server.createDatabase('bench_emmett_orders'), POOL_SIZE);

const [long, short] = [v7(), v7()];
// The last events stand behind the snapshot: on average half of a span.
await signalbox.fill(long, LONG - SNAPSHOT_EVERY / 2, SNAPSHOT_EVERY);
await signalbox.fill(long, LONG, LONG, LONG - SNAPSHOT_EVERY / 2);
await signalbox.fill(short, SHORT, SNAPSHOT_EVERY);
await emmett.fill(long, LONG);
await emmett.fill(short, SHORT);
for (let index = 0; index < OTHERS; index++) {
  const id = v7();
  await Promise.all([signalbox.fill(id, SHORT, SNAPSHOT_EVERY), emmett.fill(id, SHORT)]);
}

const clock = await ProcessorClock.of(server.url);
const longOrder = `Loading an order of ${LONG} events`;
const contenders = [
  emmett.loading(longOrder, 'a emmett aggregateStream', long),
  signalbox.loading(longOrder, 'b signalbox, no snapshot', long, false),
  signalbox.loading(longOrder, `c signalbox, a snapshot every ${SNAPSHOT_EVERY}`, long, true),
];
printReport(await runRounds(contenders, { rounds, seconds, concurrencies, clock, warmUpRuns: 32 }));

const shortOrder = `Loading an order of ${SHORT} events`;
const change = 'Changing an order: load, one event';
const quick = [
  emmett.loading(shortOrder, 'a emmett aggregateStream', short),
  signalbox.loading(shortOrder, 'b signalbox', short, true),
  signalbox.changing(change, 'a without snapshots', 1_000_000, POOL_SIZE),
  signalbox.changing(change, `b a snapshot every ${SNAPSHOT_EVERY}`, SNAPSHOT_EVERY, POOL_SIZE),
  signalbox.changing(change, 'c a snapshot every 10', 10, POOL_SIZE),
];
printReport(await runRounds(quick, { rounds, seconds, concurrencies, clock, warmUpRuns: 400 }));
