import pg from 'pg';
import { v7 } from 'uuid';
import { Emmett } from './append/emmett.ts';
import { HandWritten } from './append/hand-written.ts';
import { Signalbox } from './append/signalbox.ts';
import { printAims } from './measure/aims.ts';
import { databaseConfig } from './measure/database-config.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { ProcessorClock } from './measure/processor-time.ts';
import { printReport } from './measure/report.ts';
import { runRounds } from './measure/rounds.ts';

const POOL_SIZE = 16;
const USERS_PER_WORKER = 50;
const CREATE = 'Creating a user: 2 events, 1 entity';
const CHANGE = 'Changing a user: 1 event, 1 entity';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 20);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 0.4);
const concurrencies = (process.env['BENCH_CONCURRENCY'] ?? '1,16').split(',').map(Number);
const only = process.env['BENCH_ONLY'];

await using server = await startDurableServer();
const [handUrl, ownUrl, emmettUrl] = [
  await server.createMigratedDatabase('bench_hand'),
  await server.createMigratedDatabase('bench_signalbox'),
  await server.createMigratedDatabase('bench_emmett'),
];
const handRole = await addRole(handUrl);
const ownRole = await addRole(ownUrl);

await using hand = new HandWritten(handUrl, POOL_SIZE, handRole);
await using signalbox = await Signalbox.open(databaseConfig(ownUrl, POOL_SIZE), ownRole);
await using emmett = await Emmett.open(emmettUrl, POOL_SIZE, await addRole(emmettUrl));
// The product reads what the hand-written transactions stored, too: same code for the preparation, same rows.
await using preparation = new HandWritten(ownUrl, POOL_SIZE, ownRole);
// The warm-up runs 16 at a time.
const workers = Math.max(16, ...concurrencies);

const contenders = [
  hand.creating(CREATE),
  ...signalbox.creating(CREATE),
  ...emmett.creating(CREATE),
  hand.changing(CHANGE, await createUsers(hand)),
  ...signalbox.changing(CHANGE, await createUsers(preparation)),
  ...emmett.changing(CHANGE, await createUsers(emmett)),
].filter((contender) => !only || `${contender.group} ${contender.name}`.match(only));
const clock = await ProcessorClock.of(server.url);
const samples = await runRounds(contenders, { rounds, seconds, concurrencies, clock });
printReport(samples);
printAims(samples, [
  { of: 'b', to: 'a', atLeast: 0.7 },
  { of: 'b', to: 'e', atLeast: 1 },
  { of: 'b', to: 'f', atLeast: 1 },
  { of: 'c', to: 'a', atLeast: null },
  { of: 'c', to: 'f', atLeast: null },
]);

async function createUsers(by: { create(): Promise<string> }): Promise<string[][]> {
  return Promise.all(
    Array.from({ length: workers }, async () => {
      const ids: string[] = [];
      while (ids.length < USERS_PER_WORKER) ids.push(await by.create());
      return ids;
    }),
  );
}

async function addRole(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const id = v7();
  await client.query(
    `insert into role (id, version, created_at, updated_at, name, description, permissions, built_in)
     values ($1, 1, now(), now(), 'user', '', '{}', true)`,
    [id],
  );
  await client.end();
  return id;
}
