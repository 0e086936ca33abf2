import { expect, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { databaseKinds, openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { expectGoodOrder, readLedger } from './ledger.ts';

test('a commit later than a restart is numbered by the new sequencer, although the log went on by thousands', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  await append(sql, sampleAppend('a', 1_500));
  await new Sequencer(sql).tick();
  const mayCommit = Promise.withResolvers<void>();
  const hasAppended = Promise.withResolvers<void>();
  const late = transact(sample.database, async (em) => {
    await append(sqlOf(em), sampleAppend('late', 2));
    hasAppended.resolve();
    await mayCommit.promise;
  });
  await hasAppended.promise;
  await append(sql, sampleAppend('a', 2_500));
  const before = new Sequencer(sql);
  expect(await before.tick()).toMatchObject({ numbered: 2_500, head: 4_000 });

  const after = new Sequencer(sql);
  expect(await after.tick()).toMatchObject({ numbered: 0, head: 4_000 });
  mayCommit.resolve();
  await late;

  expect(await after.tick()).toMatchObject({ numbered: 2, head: 4_002 });
  const ledger = await readLedger(sql);
  expect(ledger.slice(-2).map((row) => row.stream)).toEqual(['Shelf late', 'Shelf late']);
  expectGoodOrder(ledger);
});

test.for(databaseKinds)('on %s a new sequencer goes on at the stored floor and numbers nothing twice', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const { sql } = sample.database;
  await append(sql, sampleAppend('a', 1_200));
  await new Sequencer(sql, 500).tick();
  const second = new Sequencer(sql, 500);
  expect(await second.tick()).toMatchObject({ numbered: 0, head: 500, more: true });
  expect(await second.tick()).toMatchObject({ numbered: 500, head: 1_000, more: true });
  expect(await second.tick()).toMatchObject({ numbered: 200, head: 1_200, more: false });
  expect(await sql('select floor::int as floor from event_sequencer')).toEqual([{ floor: 1_000 }]);
  const asked: unknown[] = [];

  const third = new Sequencer((text, parameters) => {
    asked.push(parameters?.[0]);
    return sql(text, parameters);
  });
  await third.tick();

  expect(asked).toEqual([undefined, 1_000]);
  expectGoodOrder(await readLedger(sql));
});
