// What a hundred times as many events make of the cost of an append, a page of history and a handler.

import { printAims } from './measure/aims.ts';
import { databaseConfig } from './measure/database-config.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { ProcessorClock } from './measure/processor-time.ts';
import { printReport } from './measure/report.ts';
import { runRounds } from './measure/rounds.ts';
import { GrownLog } from './growth/grown-log.ts';

const [few, many] = (process.env['BENCH_SIZES'] ?? '50000,5000000').split(',').map(Number);
/** More than work at once while it warms up. */
const POOL_SIZE = 24;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 1);
const concurrencies = (process.env['BENCH_CONCURRENCY'] ?? '1').split(',').map(Number);
/** At most 1.2 times the cost. */
const AIM = 0.83;

await using server = await startDurableServer({ shared_buffers: '256MB', max_wal_size: '4GB' });
await using small = await GrownLog.open(
  databaseConfig(await server.createMigratedDatabase('bench_small'), POOL_SIZE),
  few ?? 0,
);
await using large = await GrownLog.open(
  databaseConfig(await server.createMigratedDatabase('bench_large'), POOL_SIZE),
  many ?? 0,
);
process.stderr.write('filled\n');

const contenders = [...small.contenders(`a ${few} events`), ...large.contenders(`b ${many} events`)];
const clock = await ProcessorClock.of(server.url);
// Contenders of one kind next to each other: what the machine does meanwhile falls on both.
const ordered = contenders.toSorted(
  (one, other) => one.group.localeCompare(other.group) || one.name.localeCompare(other.name),
);
const samples = await runRounds(ordered, { rounds, seconds, concurrencies, clock, warmUpRuns: 200 });
printReport(samples);
printAims(samples, [{ of: 'b', to: 'a', atLeast: AIM }]);
