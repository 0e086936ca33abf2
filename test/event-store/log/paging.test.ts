import { expect, test } from 'vitest';
import type { LogPage } from '../../../src/event-store/log-query.ts';
import type { EventLog } from '../../../src/event-store/read-events.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';

test('pages follow each other without a gap or a repetition in both directions, filtered or not', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  await append(sql, sampleAppend('a', 7), sampleAppend('b', 6), sampleAppend('c', 10));
  await new Sequencer(sql).tick();
  const whole = Array.from({ length: 23 }, (_, index) => index + 1);

  for (const limit of [1, 5, 23, 24]) {
    expect(await pages(sample.log, { limit })).toEqual(whole);
    expect(await pages(sample.log, { limit, direction: 'DESC' })).toEqual(whole.toReversed());
    expect(await pages(sample.log, { limit, filter: { aggregateId: 'b' } })).toEqual([8, 9, 10, 11, 12, 13]);
  }
  const window = { after: 5, before: 9, limit: 10 };
  expect(await positions(sample.log, window)).toEqual([6, 7, 8]);
  expect(await positions(sample.log, { ...window, direction: 'DESC' })).toEqual([8, 7, 6]);
  expect(await positions(sample.log, { after: 23, limit: 10 })).toEqual([]);
  expect(await sample.log.bounds()).toEqual({ head: 23, first: 1 });
});

test('an event without a position is in its stream but not yet in the log', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  expect(await sample.log.bounds()).toEqual({ head: 0, first: 1 });
  await append(sql, sampleAppend('a', 2));
  await new Sequencer(sql).tick();
  const [later] = await append(sql, sampleAppend('a'));

  expect(await positions(sample.log, { limit: 10 })).toEqual([1, 2]);
  expect((await sample.log.readStream('Shelf', 'a')).map((event) => event.version)).toEqual([1, 2, 3]);
  expect(await sample.log.readStream('Shelf', 'a', 3)).toEqual([later]);
  expect(await sample.log.readByIds([later?.id ?? ''])).toEqual([{ ...later, position: null }]);
});

async function positions(log: EventLog, page: LogPage): Promise<number[]> {
  return (await log.read(page)).map((event) => event.position);
}

async function pages(log: EventLog, page: LogPage): Promise<number[]> {
  const all: number[] = [];
  for (;;) {
    const last = all.at(-1);
    const bound = page.direction === 'DESC' ? 'before' : 'after';
    const next = await positions(log, last === undefined ? page : { ...page, [bound]: last });
    expect(next.length).toBeLessThanOrEqual(page.limit);
    if (next.length === 0) return all;
    all.push(...next);
  }
}
