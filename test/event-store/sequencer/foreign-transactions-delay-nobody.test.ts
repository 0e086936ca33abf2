import { expect, inject, test } from 'vitest';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { holdTransaction } from './held-transaction.ts';

test.for(['another database', 'the same database', 'the log itself'] as const)(
  'events are numbered at once while a long transaction in %s stays open',
  async (place) => {
    await using sample = await openSampleDatabase();
    const { sql } = sample.database;
    const url = place === 'another database' ? inject('databaseServerUrl') : sample.url;
    const statement =
      place === 'the log itself'
        ? "select nextval('event_number'), pg_current_xact_id()"
        : 'select pg_current_xact_id()';
    await using held = await holdTransaction(url, statement);
    const sequencer = new Sequencer(sql);

    for (let round = 1; round <= 3; round++) {
      await append(sql, sampleAppend('a', 2), sampleAppend('b'));
      expect(await sequencer.tick()).toEqual({ acquired: true, head: 3 * round, numbered: 3, more: false, rows: [] });
    }

    await held.end('rollback');
    expect(await sequencer.tick()).toMatchObject({ numbered: 0, head: 9 });
  },
);

test('a transaction that commits late gets the next positions, behind events with higher insertion numbers', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const late = sampleAppend('late');
  const [event] = late.events;
  await using held = await holdTransaction(
    sample.url,
    `select append_events('${event?.id}', '{}', '{Shelf}', '{late}', '{0}', '{1}', '{1}', '{1}', '{${event?.id}}', '{SHELF_FILLED}', '{1}', '{null}', '{"{}"}')`,
  );
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 2));
  expect(await sequencer.tick()).toMatchObject({ numbered: 2, head: 2 });

  await held.end('commit');
  expect(await sequencer.tick()).toMatchObject({ numbered: 1, head: 3 });

  const rows = await sql<{ id: string; behind: boolean }>(
    `select e.id, e.number < (select min(number) from event where aggregate_id = 'a') as behind
     from event e join event_position p on p.event_id = e.id where p.position = 3`,
  );
  expect(rows).toEqual([{ id: event?.id, behind: true }]);
});
