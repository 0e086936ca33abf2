import { expect, inject, test } from 'vitest';
import { sqlOf, type Sql } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { holdTransaction } from './held-transaction.ts';

/** The stored floor moves in steps of a thousand. */
const STEP = 1_000;

test('a gap holds the stored floor while a transaction is open that may fill it, and no longer', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 10));
  await using held = await holdTransaction(inject('databaseServerUrl'), 'select pg_current_xact_id()');
  const rolledBack = transact(sample.database, async (em) => {
    await append(sqlOf(em), sampleAppend('gone'));
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  await append(sql, sampleAppend('a', STEP));
  await append(sql, sampleAppend('a', STEP));

  expect(await sequencer.tick()).toMatchObject({ numbered: 10 + 2 * STEP });
  await sequencer.tick();
  expect(await floorOf(sql)).toBe(0);

  await held.end('commit');
  const settled = 11 + 2 * STEP;
  // Other tests on this server may have transactions open, which hold the gap as well.
  await waitFor(
    async () => {
      await sequencer.tick();
      return (await floorOf(sql)) === settled;
    },
    { describe: `the floor to rise to ${settled}` },
  );
});

async function floorOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ floor: number }>('select floor::int as floor from event_sequencer');
  return row?.floor ?? -1;
}
