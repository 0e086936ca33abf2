import { expect, test } from 'vitest';
import { IdempotencyConflictError } from '../../../src/errors.ts';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf } from '../sample-command.ts';

test('a key used with another input or another command is a conflict, and nothing runs', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  await bus.execute(openShelf('shelf', 'key'));

  await expect(bus.execute(openShelf('other', 'key'))).rejects.toThrow(IdempotencyConflictError);
  await expect(bus.execute(openShelf('shelf', 'key', { name: 'closeShelf' }))).rejects.toThrow(
    IdempotencyConflictError,
  );

  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});
