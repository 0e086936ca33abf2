import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../src/app.ts';
import { loadConfig } from '../src/config/config.ts';
import { createLogger } from '../src/config/logger.ts';
import { User } from '../src/modules/users/user.entity.ts';
import { bootstrap, createUser } from '../test/support/factories.ts';
import { GraphqlClient } from '../test/support/graphql-client.ts';
import { FOLLOW_EVENTS } from '../test/support/operations.ts';
import { openOnSocket } from '../test/support/socket-client.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { openPool } from './measure/pool.ts';
import { quantile } from './measure/statistics.ts';

const events = Number(process.env['BENCH_EVENTS'] ?? 300);
/** The system is idle between two events. */
const PAUSE_MS = 20;
const WARM_UP = 50;

await using resources = new AsyncDisposableStack();
const server = resources.use(await startDurableServer());
const url = await server.createDatabase('bench_latency');
const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
resources.defer(() => rm(folder, { recursive: true, force: true }));
const config = loadConfig({
  PORT: '0',
  DATABASE_URL: url,
  LOG_LEVEL: 'error',
  SIGNALBOX_DRAIN_MS: '200',
  SIGNALBOX_DATA_DIR: folder,
  SIGNALBOX_SIGNING_KEY: randomBytes(32).toString('base64'),
});
const app = resources.use(await createApp(config, createLogger({ level: 'error' }), { channel: randomUUID() }));
const admin = await bootstrap(new GraphqlClient(app.transport.url), app.bootstrapToken ?? '');
const { id: userId } = await createUser(admin.client);

// Of the machine as it is at that moment: one round trip, and one commit that must reach the disk.
const plain = openPool(url, 1);
resources.defer(() => plain.end());
await plain.query('create table bench_commit (n integer not null)');

const arrivals = new Map<number, PromiseWithResolvers<number>>();
const subscriber = await openOnSocket(
  admin.client,
  { query: FOLLOW_EVENTS, variables: { filter: { aggregateId: userId } } },
  {
    result: (result) => {
      const now = performance.now();
      const { version } = (result.data as { domainEvents: { version: number } }).domainEvents;
      arrivals.get(version)?.resolve(now);
    },
    ended: (code) => console.error(`The subscription ended: ${code}`),
  },
);
resources.defer(() => subscriber.leave());

const samples = { command: [] as number[], delivery: [] as number[], query: [] as number[], commit: [] as number[] };
await pause(500);
for (let turn = 0; turn < WARM_UP + events; turn++) {
  const sample = await measureOne(turn);
  if (turn < WARM_UP) continue;
  samples.command.push(sample.command);
  samples.delivery.push(sample.delivery);
  samples.query.push(sample.query);
  samples.commit.push(sample.commit);
}

const floor = samples.query.map((query, index) => query + (samples.commit[index] ?? Number.NaN));
const floorMedian = quantile(floor, 0.5);
console.log(`\n${events} single events, ${PAUSE_MS} ms apart, one subscriber over WebSocket in the same process\n`);
console.log('| ms | p50 | p95 | p99 | p50, ratio to the floor |');
console.log('|---|---:|---:|---:|---:|');
print('command: begin to commit acknowledged', samples.command);
print('commit acknowledged to subscriber', samples.delivery);
print('floor: one commit and one query', floor);
print('one query, `select 1`', samples.query);
print('one commit, insert of one number', samples.commit);

async function measureOne(turn: number): Promise<{ command: number; delivery: number; query: number; commit: number }> {
  await pause(PAUSE_MS * (0.5 + Math.random()));
  const query = await timeOf(() => plain.query('select 1'));
  const commit = await timeOf(() => plain.query('insert into bench_commit values (1)'));
  await pause(PAUSE_MS * (0.5 + Math.random()));
  // Known before the commit, so that an event which overtakes the command's answer is not missed.
  const arrival = Promise.withResolvers<number>();
  const start = performance.now();
  const outcome = await app.bus.commands.execute({
    name: 'updateUser',
    aggregateType: 'User',
    kind: 'UPDATE',
    shown: {},
    viewer: null,
    origin: { correlationId: randomUUID(), ipAddress: null, userAgent: 'bench' },
    run: async ({ em, now }) => {
      const user = await em.findOneOrFail(User, { id: userId });
      user.change({ firstName: `First ${turn}` }, now);
      arrivals.set(user.version, arrival);
      return {};
    },
  });
  const committed = performance.now();
  const arrived = await arrival.promise;
  arrivals.delete(outcome.events[0]?.version ?? 0);
  return { command: committed - start, delivery: arrived - committed, query, commit };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function print(name: string, values: readonly number[]): void {
  const cells = [0.5, 0.95, 0.99].map((q) => quantile(values, q).toFixed(2));
  console.log(`| ${[name, ...cells, (quantile(values, 0.5) / floorMedian).toFixed(1)].join(' | ')} |`);
}
