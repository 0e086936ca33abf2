// How long a rebuild of `user_stats` takes over a log of 1,000,000 events, against Emmett's rebuild of the same over the same.

import { databaseConfig } from './measure/database-config.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { ProcessorClock } from './measure/processor-time.ts';
import { median } from './measure/statistics.ts';
import { EmmettUserStats } from './rebuild/emmett-user-stats.ts';
import { SignalboxUserStats } from './rebuild/signalbox-user-stats.ts';

const events = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
/** Emmett's default, and what suits it better. */
const emmettBatches = (process.env['BENCH_EMMETT_BATCHES'] ?? '100,2000').split(',').map(Number);

interface Run {
  readonly name: string;
  readonly seconds: number;
  /** Seconds of processor time of this process and the server. */
  readonly client: number;
  readonly server: number;
}

await using server = await startDurableServer({ shared_buffers: '256MB', max_wal_size: '4GB' });
const url = await server.createMigratedDatabase('bench_rebuild');
await using signalbox = await SignalboxUserStats.open(databaseConfig(url, 8), events);
await using emmett = await EmmettUserStats.open(url);
await emmett.copyLog();
const clock = await ProcessorClock.of(server.url);

const contenders = [
  { name: 'signalbox, compared with the live rows and swapped', rebuild: () => signalbox.rebuild() },
  ...emmettBatches.map((size) => ({
    name: `emmett, batches of ${size}`,
    rebuild: () => emmett.rebuild(size),
  })),
];
const runs: Run[] = [];
for (let round = 0; round < rounds; round++) {
  for (let place = 0; place < contenders.length; place++) {
    const contender = contenders[(place + round) % contenders.length];
    if (contender) runs.push(await measure(contender));
  }
  process.stderr.write(`round ${round + 1} of ${rounds} done\n`);
}
await requireSameRows();

console.log(`\n### Rebuilding user_stats over ${events} events\n`);
console.log('| | seconds | events per second | ratio | CPU s: node | CPU s: server |\n|---|---:|---:|---:|---:|---:|');
const own = median(runs.filter(({ name }) => name === contenders[0]?.name).map(({ seconds }) => seconds));
for (const { name } of contenders) {
  const of = runs.filter((run) => run.name === name);
  const seconds = median(of.map((run) => run.seconds));
  const cells = [
    name,
    seconds.toFixed(2),
    (events / seconds).toFixed(0),
    (seconds / own).toFixed(2),
    median(of.map(({ client }) => client)).toFixed(2),
    median(of.map((run) => run.server)).toFixed(2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

async function measure({ name, rebuild }: (typeof contenders)[number]): Promise<Run> {
  const serverBefore = await clock.server();
  const clientBefore = clock.client();
  const start = performance.now();
  await rebuild();
  const seconds = (performance.now() - start) / 1000;
  const client = (clock.client() - clientBefore) / 1e6;
  return { name, seconds, client, server: ((await clock.server()) - serverBefore) / 1e6 };
}

/** Who is fast because it counts wrongly is no contender. */
async function requireSameRows(): Promise<void> {
  const [ours, theirs] = [await signalbox.rows(), await emmett.rows()];
  if (ours.length === 0 || JSON.stringify(ours) !== JSON.stringify(theirs))
    throw new Error(`The statistics differ: ${JSON.stringify({ ours, theirs })}`);
}
