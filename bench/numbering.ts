import { startDurableServer } from './measure/durable-server.ts';
import { ProcessorClock } from './measure/processor-time.ts';
import { median, spread } from './measure/statistics.ts';
import { NUMBER_BY_UPDATE } from './numbering/by-update.ts';
import { type LogSize, NumberedLog, PAGE } from './numbering/numbered-log.ts';

const WRITERS = 16;
const READ_PAGES = 10;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 20);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 1);

const COLUMNS = 'e.id, e.type, e.aggregate_type, e.aggregate_id, e.version, e.data, e.metadata';
const READ_LEDGER = `select p.position, ${COLUMNS} from event_position p join event e on e.id = p.event_id
  where p.position > $1 order by p.position limit $2`;
const READ_UPDATED = `select e.position, ${COLUMNS} from event e where e.position > $1 order by e.position limit $2`;

interface Slice {
  readonly log: NumberedLog;
  readonly perSecond: number;
  readonly appended: number;
  /** Per event: microseconds, bytes. */
  readonly serverCpu: number;
  readonly walBytes: number;
}

// Autovacuum looks every second instead of every minute: a run is short, and UPDATE should get back what it would get back.
await using server = await startDurableServer({ autovacuum_naptime: '1s' });
const logs = [
  await openLog('ledger (insert only)', 'bench_ledger', 'ledger'),
  await openLog('UPDATE of the event', 'bench_update', 'update'),
  await openLog('ledger, a transaction stays open', 'bench_ledger_held', 'ledger'),
  await openLog('UPDATE, a transaction stays open', 'bench_update_held', 'update'),
];
await using cleanup = new AsyncDisposableStack();
for (const log of logs) cleanup.use(log);
// A report that runs for hours, a forgotten session: until it ends, vacuum cleans nothing behind it.
for (const log of logs.slice(2)) await log.holdSnapshot();
const clock = await ProcessorClock.of(server.url);
for (const log of logs) await runSlice(log);
const slices: Slice[] = [];
const start = await measureSizes();
for (let round = 0; round < rounds; round++) {
  // Each goes first in every other round.
  for (const log of round % 2 === 0 ? logs : logs.toReversed()) slices.push(await runSlice(log));
}
const end = await measureSizes();
const pages = await readInTurn();
printTable();

/** Milliseconds per page of 500 events, read in order of position; medians of pages read in turn. */
async function readInTurn(): Promise<number[]> {
  const times: number[][] = logs.map(() => []);
  for (let page = 0; page < READ_PAGES; page++) {
    for (const [index, log] of logs.entries()) times[index]?.push(await log.readPage(page * PAGE));
  }
  return times.map(median);
}

function measureSizes(): Promise<LogSize[]> {
  return Promise.all(logs.map((log) => log.size()));
}

function printTable(): void {
  console.log(`\n${WRITERS} writers, one event per transaction, ${rounds} slices of ${seconds} s each in turn\n`);
  console.log(
    '| | appends per second | spread | ratio | server CPU µs | events | WAL bytes per event | disk bytes per event | ms per page read |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  const [first] = logs;
  const base = first ? slicesOf(first) : [];
  logs.forEach((log, index) => {
    const own = slicesOf(log);
    const rates = own.map((slice) => slice.perSecond);
    const cells = [
      log.name,
      median(rates).toFixed(0),
      `± ${(spread(rates) * 100).toFixed(0)} %`,
      median(rates.map((rate, round) => rate / (base[round]?.perSecond ?? Number.NaN))).toFixed(2),
      median(own.map((slice) => slice.serverCpu)).toFixed(0),
      own.reduce((sum, slice) => sum + slice.appended, 0),
      median(own.map((slice) => slice.walBytes)).toFixed(0),
      bytesPerEvent(start[index], end[index]),
      pages[index]?.toFixed(2),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  });
}

async function openLog(name: string, database: string, kind: 'ledger' | 'update'): Promise<NumberedLog> {
  const url = await server.createMigratedDatabase(database);
  const log = new NumberedLog(name, url, WRITERS, kind === 'ledger' ? READ_LEDGER : READ_UPDATED);
  if (kind === 'update') await log.script(NUMBER_BY_UPDATE);
  return log;
}

/** Writers and sequencer together; the time until everything is numbered counts. */
async function runSlice(log: NumberedLog): Promise<Slice> {
  const [cpuBefore, walBefore] = [await clock.server(), await log.walPosition()];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const stop = new AbortController();
  const numbering = log.number(stop.signal);
  let appended = 0;
  const write = async (writer: number): Promise<void> => {
    while (performance.now() < endsAt) {
      await log.append(writer);
      appended++;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  stop.abort();
  await numbering;
  const elapsed = (performance.now() - startedAt) / 1000;
  const [cpuAfter, walAfter] = [await clock.server(), await log.walPosition()];
  return {
    log,
    appended,
    perSecond: appended / elapsed,
    serverCpu: (cpuAfter - cpuBefore) / appended,
    walBytes: (walAfter - walBefore) / appended,
  };
}

function slicesOf(log: NumberedLog): Slice[] {
  return slices.filter((slice) => slice.log === log);
}

function bytesPerEvent(from: LogSize | undefined, to: LogSize | undefined): string {
  if (!from || !to) return '';
  return ((to.bytes - from.bytes) / (to.events - from.events)).toFixed(0);
}
