import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { SMALL, startRelay } from '../sample-stream.ts';

test('a relay that cannot reach the log says so, keeps trying, and goes on where it was', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const tail = new LogTail(sample.log, SMALL);
  await tail.start();
  await using relay = startRelay(sample, tail);
  await append(sql, sampleAppend('a', 2));
  await waitFor(() => tail.head === 2, { describe: 'the first events' });

  await sql('alter function sequence_events rename to sequence_events_away');
  await waitFor(() => !relay.healthy, { describe: 'the relay to notice' });
  await append(sql, sampleAppend('a', 3));
  expect(tail.head).toBe(2);
  await sql('alter function sequence_events_away rename to sequence_events');

  await waitFor(() => tail.head === 5, { describe: 'the events after the outage' });
  expect(relay.healthy).toBe(true);
});

test('a relay started inside a transaction does not take part in it', async () => {
  await using sample = await openSampleDatabase();
  const tail = new LogTail(sample.log, SMALL);
  await using resources = new AsyncDisposableStack();
  await append(sample.database.sql, sampleAppend('a', 2));

  await transact(sample.database, async () => {
    resources.use(startRelay(sample, tail));
    await waitFor(() => tail.head === 2, { describe: 'the events' });
  });

  expect(tail.head).toBe(2);
});
