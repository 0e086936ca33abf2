import { expect, test } from 'vitest';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { EventLog } from '../../../src/event-store/read-events.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { sampleCatalogue } from '../../event-store/sample-library.ts';

test('calls at the same time share one read, and a tail starts at the present end', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  let statements = 0;
  const log = new EventLog((text, parameters) => {
    statements++;
    return sql(text, parameters);
  }, sampleCatalogue);
  const sequencer = new Sequencer(sql);
  await append(sql, sampleAppend('a', 3));
  await sequencer.tick();
  const tail = new LogTail(log, { capacity: 10, batch: 100 });
  await tail.start();
  expect(tail.head).toBe(3);
  expect(tail.since(0, 10)).toBeNull();

  await append(sql, sampleAppend('a', 5));
  await sequencer.tick();
  statements = 0;
  await Promise.all(Array.from({ length: 20 }, () => tail.advance()));

  expect(statements).toBe(1);
  expect(tail.since(3, 10)?.map((event) => event.position)).toEqual([4, 5, 6, 7, 8]);
});

test('a log with a hole is reported instead of passed on', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const tail = new LogTail(sample.log, { capacity: 10, batch: 100 });
  await tail.start();
  await append(sql, sampleAppend('a', 1));
  await sql('insert into event_position (position, event_id, type) select 2, id, type from event');

  await expect(tail.advance()).rejects.toThrow('The log is not dense: position 2 follows 0.');
  expect(tail.head).toBe(0);
});
