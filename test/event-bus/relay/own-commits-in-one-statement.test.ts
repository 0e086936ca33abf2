import { expect, test } from 'vitest';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { StatementTap } from '../../support/statement-tap.ts';
import { waitFor } from '../../support/wait-for.ts';
import { range, SMALL, startRelay } from '../sample-stream.ts';

const EVENTS = 20;

test('commits of the own node are numbered and read in one statement, a page at least', async () => {
  await using sample = await openSampleDatabase();
  await using tap = await StatementTap.listen(sample.url);
  await using node = await openNode(postgresConfig(tap.url));
  const tail = new LogTail(node.log, { ...SMALL, capacity: 100 });
  await tail.start();
  await using relay = startRelay(node, tail);
  const write = async (events: number): Promise<void> => {
    const head = tail.head + events;
    await append(sample.database.sql, sampleAppend('a', events));
    relay.wake();
    await waitFor(() => tail.head === head, { describe: `event ${head}` });
  };

  const single = await tap.during(/read_event/, async () => {
    for (let event = 1; event <= EVENTS; event++) await write(1);
  });
  const several = await tap.during(/from read_event_log/, () => write(2 * SMALL.batch + 1));

  expect(single.every((text) => text.includes('sequence_and_read_events'))).toBe(true);
  expect(several).toHaveLength(2);
  expect(tail.since(0, 100)?.map(({ position }) => position)).toEqual(range(1, EVENTS + 2 * SMALL.batch + 1));
});
