// How fast a backlog of events is worked off by one handler, against the job queues that people would use for it.

import { v7 } from 'uuid';
import { startRedis } from '../test/support/redis-server.ts';
import { type Drainer, type Happening, Outside } from './handlers/backlog.ts';
import { BullmqJobs } from './handlers/bullmq-jobs.ts';
import { GraphileJobs } from './handlers/graphile-jobs.ts';
import { PgBossJobs } from './handlers/pg-boss-jobs.ts';
import { printDrains } from './handlers/report.ts';
import { drainInRounds } from './handlers/rounds.ts';
import { SignalboxHandlers } from './handlers/signalbox-handlers.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { ProcessorClock } from './measure/processor-time.ts';

const events = Number(process.env['BENCH_EVENTS'] ?? 10_000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const only = process.env['BENCH_ONLY'];
const ACCOUNTS = 1_000;

await using server = await startDurableServer();
// Its default is to keep nothing on disk between snapshots; BullMQ's advice for jobs that may not be lost is this.
await using redis = await startRedis({ settings: { appendonly: 'yes', appendfsync: 'everysec' } });

const accounts = Array.from({ length: ACCOUNTS }, () => v7());
const happenings = Array.from({ length: events }, (_, index): Happening => {
  const accountId = accounts[index % ACCOUNTS] ?? '';
  return { id: v7(), accountId, amount: index, note: `Booked for ${accountId} by the bench` };
});
const outside = new Outside();

await using drainers = new AsyncDisposableStack();
const signalbox = drainers.use(
  await SignalboxHandlers.open(await server.createMigratedDatabase('bench_handlers'), happenings, outside),
);
const all: readonly Drainer[] = [
  signalbox,
  drainers.use(await GraphileJobs.open(await server.createDatabase('bench_graphile'), happenings, outside)),
  drainers.use(await BullmqJobs.open(redis.url, await server.createDatabase('bench_bullmq'), happenings, outside)),
  drainers.use(await PgBossJobs.open(await server.createDatabase('bench_pg_boss'), happenings, outside)),
];
const forCalls = [
  ...all,
  signalbox.with('e signalbox, two lanes', { lanes: 2, batchSize: 500, concurrency: 500 }),
  signalbox.with('f signalbox, as declared without options', {}),
];

const clock = await ProcessorClock.of(server.url, redis.url);
const options = { rounds, events, clock };
const forRows = chosen(all);
printDrains(
  { title: 'One transactional handler: a row per event', atLeast: 2 },
  await drainInRounds(forRows, 'row', options),
  forRows,
);
const callers = chosen(forCalls);
printDrains(
  { title: 'One external handler: a call per event', atLeast: 1 },
  await drainInRounds(callers, 'call', options),
  callers,
);
const expected = callers.length * (rounds + 1) * events;
console.log(`\n${outside.calls} calls of ${expected} expected.`);

function chosen(contenders: readonly Drainer[]): readonly Drainer[] {
  return contenders.filter(({ name }) => !only || name.match(only));
}
