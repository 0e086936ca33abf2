import { expect, test } from 'vitest';
import { migrate } from '../../../src/database/migrator.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { setLogBack } from '../../support/older-state.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { expectGoodOrder, readLedger } from './ledger.ts';

test('a sequencer that runs on numbers what comes after the database went back to an older state', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 1_200));
  await sequencer.tick();
  await append(sql, sampleAppend('b', 300));
  expect(await sequencer.tick()).toMatchObject({ head: 1_500 });

  await setLogBack(sample.url, 1_200);
  await append(sql, sampleAppend('c', 5), sampleAppend('a', 2, 1_200));

  expect(await sequencer.tick()).toMatchObject({ head: 1_207, numbered: 7 });
  expectGoodOrder(await readLedger(sql));
});

test('even if only the numbers were set back, below the floor that was written down', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 1_500));
  await sequencer.tick();
  expect(await sql('select floor::int from event_sequencer')).toEqual([{ floor: 1_500 }]);

  await sql(`select setval('event_number', 700)`);
  await append(sql, sampleAppend('b', 5));

  expect(await sequencer.tick()).toMatchObject({ head: 1_505, numbered: 5 });
  expectGoodOrder(await readLedger(sql));
});

test('and if by then more numbers were drawn than had been before, by another server', async () => {
  await using server = await startPostgres();
  await migrate(server.url);
  await using node = await openNode(postgresConfig(server.url));
  const { sql } = node.database;
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 20));
  await sequencer.tick();
  await append(sql, sampleAppend('b', 20));
  expect(await sequencer.tick()).toMatchObject({ head: 40 });

  await setLogBack(server.url, 20);
  // As after a failover: what runs now has been started at another time.
  await server.restart();
  await withPostgres(server.url, () => Promise.resolve());
  await append(sql, sampleAppend('c', 50));

  expect(await sequencer.tick()).toMatchObject({ head: 70, numbered: 50 });
  expectGoodOrder(await readLedger(sql));
});
