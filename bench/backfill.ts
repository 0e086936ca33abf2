import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { openDatabase } from '../src/database/database.ts';
import { encodeCursor } from '../src/event-store/cursor.ts';
import { loadConfig } from '../src/config/config.ts';
import { modules } from '../src/catalogue.ts';
import { generateLog } from '../test/support/generated-log.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { machineTime } from './fan-out/child.ts';
import { Contender, type Measured, SIGNALBOX } from './fan-out/contender.ts';
import { printAims } from './fan-out/report.ts';
import { shared, SHARED_DOCUMENT, type Subscription } from './fan-out/scenario.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { quantile } from './measure/statistics.ts';

const events = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const backfilled = Math.min(events, 100_000);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 6);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 9);

const OTHERS = 100;
const PER_SECOND = 100;
const WATCH_MS = 100;
const DAY_MS = 86_400_000;

await using resources = new AsyncDisposableStack();
const postgres = resources.use(await startDurableServer());
const redis = resources.use(await startRedis());
const url = await postgres.createMigratedDatabase('bench_backfill');
await fillLog();
await using contender = await Contender.start(SIGNALBOX, { postgres, redisUrl: redis.url }, url);

// Once without being measured: the engine compiles what is new to it.
await backfill(Math.min(backfilled, 20_000));
const { perSecond, cpuUs } = await backfill(backfilled);
console.log(
  `\n${backfilled} events to one subscriber: ${perSecond.toFixed(0)} events/s, ${cpuUs.toFixed(1)} µs of CPU each`,
);

await contender.subscribe(Array.from({ length: OTHERS }, () => shared()));
await flow();
const ratios: number[] = [];
const more: number[] = [];
// Each of them stays, and takes nothing.
for (let round = 0; round < rounds; round++) {
  // Nothing is collected here by force: the engine then lets the heap grow so little that the next burst, in whichever
  // flow it is, pays for a collection of everything.
  const { rssBytes: rssBefore } = await contender.server.ask('usage', { collect: false });
  const before = await flow();
  await contender.subscribe([from(0)], { isStalled: true, waits: false });
  const watching = new AbortController();
  const watched = largestRss(watching.signal);
  const beside = await flow();
  watching.abort();
  more.push(((await watched) - rssBefore) / 2 ** 20);
  ratios.push(p99(beside) / p99(before));
  console.log(`commit → live subscriber, ms: before ${spread(before)}; beside the reader ${spread(beside)}`);
}
console.log(
  `\n${OTHERS} live subscribers, ${PER_SECOND} events/s, ${rounds} times beside a reader that comes and takes nothing of ${events} events\n`,
);
printAims([
  { name: 'backfill: ms per 20,000 events', value: (20_000 / perSecond) * 1000, most: 1000 },
  { name: 'stalled reader: MiB more', value: Math.max(...more), most: 64 },
  { name: "others' p99 beside it, ratio, median", value: quantile(ratios, 0.5), most: 2 },
]);

function from(position: number): Subscription {
  return { query: SHARED_DOCUMENT, variables: { after: encodeCursor(position) } };
}

async function fillLog(): Promise<void> {
  const config = loadConfig({ DATABASE_URL: url });
  const entities = modules.flatMap((module) => module.entities);
  await using database = await openDatabase(config.database, { entities, logger: pino({ level: 'error' }) });
  const startedAt = machineTime();
  await generateLog(database.sql, { events, from: new Date(Date.now() - 20 * DAY_MS) });
  process.stderr.write(`${events} events made in ${((machineTime() - startedAt) / 1000).toFixed(0)} s\n`);
}

async function backfill(count: number): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  const { load, server } = contender;
  await load.ask('begin');
  const start = { at: machineTime(), ...(await server.ask('usage', { collect: false })) };
  await contender.subscribe([from(events - count)], { waits: false });
  // What the start of the node recorded comes behind.
  const { deliveries, lastAt, others } = await load.ask('until', { deliveries: count, patienceMs: 10_000 });
  if (deliveries < count) throw new Error(`${deliveries} of ${count} events came. ${others.join('\n')}`);
  const end = await server.ask('usage', { collect: false });
  await contender.unsubscribe();
  return { perSecond: count / ((lastAt - start.at) / 1000), cpuUs: (end.cpuUs - start.cpuUs) / count };
}

async function flow(): Promise<Measured> {
  const count = PER_SECOND * seconds;
  return contender.measure({ events: count, together: 1, perSecond: PER_SECOND }, count * OTHERS);
}

async function largestRss(signal: AbortSignal): Promise<number> {
  let largest = 0;
  while (!signal.aborted) {
    largest = Math.max(largest, (await contender.server.ask('usage', { collect: false })).rssBytes);
    await pause(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
  return largest;
}

function spread({ latencies }: Measured): string {
  const [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1].map((q) => quantile(latencies, q).toFixed(1));
  return `p50 ${p50}, p90 ${p90}, p99 ${p99}, most ${most}`;
}

function p99({ latencies }: Measured): number {
  return quantile(latencies, 0.99);
}
