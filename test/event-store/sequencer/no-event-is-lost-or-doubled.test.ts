import { expect, inject, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openNode, openSampleDatabase, postgresConfig, type SampleNode } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { holdTransaction } from './held-transaction.ts';
import { expectGoodOrder, readLedger } from './ledger.ts';

const WRITERS = 8;
const ROUNDS = 40;
const STREAMS = 6;
/** Smaller than what the writers leave between two ticks, so that ticks find more than they may take. */
const BATCH = 50;

class RolledBack extends Error {}

test('with many writers, rollbacks, late commits, foreign transactions and two sequencers no event is lost or doubled', async () => {
  await using sample = await openSampleDatabase();
  await using other = await openNode(postgresConfig(sample.url, WRITERS + 4));
  await using _foreign = await holdTransaction(inject('databaseServerUrl'), 'select pg_current_xact_id()');
  await using _stranger = await holdTransaction(sample.url, 'create table strangers_table (n integer)');
  const committed: string[] = [];
  let writing = true;

  const late = Promise.withResolvers<void>();
  const lateHasAppended = Promise.withResolvers<void>();
  const slow = transact(other.database, async (em) => {
    committed.push(...(await append(sqlOf(em), sampleAppend('slow', 3))).map((event) => event.id));
    lateHasAppended.resolve();
    await late.promise;
  });
  await lateHasAppended.promise;

  const sequencers = [
    numberUntil(() => !writing, sample, { restartEvery: 60 }),
    numberUntil(() => !writing, other, { restartEvery: Number.POSITIVE_INFINITY }),
  ];
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(other, writer, committed)));
  late.resolve();
  await slow;
  writing = false;
  await Promise.all(sequencers);

  const ledger = await readLedger(sample.database.sql);
  expect(ledger.map((row) => row.eventId).sort()).toEqual(committed.sort());
  expectGoodOrder(ledger);
  const [numbers] = await sample.database.sql<{ holes: number }>(
    'select (max(number) - count(*))::int as holes from event',
  );
  expect(numbers?.holes, 'insertion numbers that were rolled back').toBeGreaterThan(WRITERS);
});

/** Transactions over one to three streams, in one or two appends; every fourth is rolled back. */
async function write(node: SampleNode, writer: number, committed: string[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const dice = (sides: number) => (writer * 7919 + round * 104_729 + sides * 31) % sides;
    const names = [...new Set([dice(STREAMS), dice(STREAMS + 1), dice(3)].slice(0, 1 + dice(3)))];
    const ids: string[] = [];
    const work = transact(node.database, async (em) => {
      const sql = sqlOf(em);
      const streams = names.map((name) => sampleAppend(`stream ${name}`, 1 + dice(2)));
      ids.push(...(await append(sql, ...streams)).map((event) => event.id));
      // Holds the locks of its streams for a while.
      for (let wait = 0; wait < dice(5); wait++) await sql('select 1');
      if (dice(7) === 0) ids.push(...(await append(sql, sampleAppend(`own ${writer}`))).map((event) => event.id));
      if ((round + writer) % 4 === 0) throw new RolledBack();
    });
    const stands = await work.then(
      () => true,
      (error: unknown) => {
        if (error instanceof RolledBack) return false;
        throw error;
      },
    );
    if (stands) committed.push(...ids);
  }
}

/** Ticks like a relay, now and then with a new instance, until there is no more to do after the end. */
async function numberUntil(
  isOver: () => boolean,
  node: SampleNode,
  { restartEvery }: { readonly restartEvery: number },
): Promise<void> {
  let sequencer = new Sequencer(node.database.sql, BATCH);
  for (let tick = 1; ; tick++) {
    if (tick % restartEvery === 0 && !isOver()) sequencer = new Sequencer(node.database.sql, BATCH);
    const wasOver = isOver();
    const result = await sequencer.tick();
    if (wasOver && result.acquired && result.numbered === 0 && !result.more) return;
  }
}
