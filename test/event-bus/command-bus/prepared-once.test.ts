import { expect, test } from 'vitest';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { openShelf } from '../sample-command.ts';

test('of many duplicates on one node only the first is prepared, and none at once with another', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  let prepared = 0;
  let underWay = 0;
  const command = openShelf('shelf', 'key', {
    async prepare() {
      prepared++;
      expect(++underWay).toBe(1);
      await sample.database.sql('select 1');
      underWay--;
    },
  });

  const outcomes = await Promise.all(Array.from({ length: 20 }, () => bus.execute(command)));

  expect(prepared).toBe(1);
  expect(new Set(outcomes.map(({ result }) => result.id)).size).toBe(1);
});

test('a command whose preparation fails leaves its key to the next', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  const refused = openShelf('shelf', 'key', { prepare: () => Promise.reject(new Error('too busy')) });

  const [first, second] = await Promise.allSettled([bus.execute(refused), bus.execute(openShelf('other', 'key'))]);

  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'too busy' } });
  expect(second).toMatchObject({ status: 'fulfilled' });
});
