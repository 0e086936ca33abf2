import { expect, test } from 'vitest';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf } from '../sample-command.ts';

// The embedded database runs one transaction at a time: fewer show the same there.
test.for([
  { kind: 'postgres', duplicates: 50 },
  { kind: 'embedded', duplicates: 8 },
] as const)('on $kind $duplicates duplicates at once run once and all answer alike', async ({ kind, duplicates }) => {
  await using sample = await openSampleDatabase(kind);
  const bus = new CommandBus(sample.database, sample.log);
  let runs = 0;
  const command = openShelf('shelf', 'key');

  const outcomes = await Promise.all(
    Array.from({ length: duplicates }, () =>
      bus.execute({
        ...command,
        run: (scope) => {
          runs++;
          return command.run(scope);
        },
      }),
    ),
  );

  expect(runs).toBe(1);
  expect(new Set(outcomes.map(({ commandId, result }) => JSON.stringify([commandId, result]))).size).toBe(1);
  expect(
    new Set(outcomes.map(({ events }) => JSON.stringify(events.map((event) => [event.id, event.version])))).size,
  ).toBe(1);
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});
