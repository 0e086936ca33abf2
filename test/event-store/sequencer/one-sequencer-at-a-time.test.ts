import { expect, test } from 'vitest';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { holdTransaction } from './held-transaction.ts';

test('while another node numbers, a tick says so and changes nothing; the next one goes on', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 2));
  await using other = await holdTransaction(sample.url, "select sequence_events(0, '{}', '{}', 1)");

  expect(await sequencer.tick()).toEqual({ acquired: false, head: 0, numbered: 0, more: false, rows: [] });
  await other.end('rollback');

  expect(await sequencer.tick()).toEqual({ acquired: true, head: 2, numbered: 2, more: false, rows: [] });
});
