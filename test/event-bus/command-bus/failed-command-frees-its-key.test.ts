import { expect, test } from 'vitest';
import { InvalidStateError } from '../../../src/errors.ts';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase, type SampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openShelf } from '../sample-command.ts';

test('the key of a failed command is free for the next attempt', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  const command = openShelf('shelf', 'key');
  const failing = {
    ...command,
    run: async (scope: Parameters<typeof command.run>[0]) => {
      await command.run(scope);
      await scope.em.flush();
      throw new InvalidStateError('not today');
    },
  };

  await expect(bus.execute(failing)).rejects.toThrow('not today');
  expect(await storedTypes(sample)).toEqual([]);
  // Even another command may take it.
  await bus.execute(openShelf('other', 'key'));

  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});

test('a duplicate that waits for a command which then fails runs in its place', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  const command = openShelf('shelf', 'key');
  const mayFail = Promise.withResolvers<void>();
  const first = bus.execute({
    ...command,
    run: async () => {
      await mayFail.promise;
      throw new InvalidStateError('not today');
    },
  });
  await waitFor(() => inTransaction(sample, "query like '%command_answer%' and state = 'idle in transaction'"), {
    describe: 'the first command to hold the key',
  });
  // On another node: on its own the second would not even come to the database.
  const second = new CommandBus(sample.database, sample.log).execute(command);
  await waitFor(() => inTransaction(sample, "wait_event_type = 'Lock'"), {
    describe: 'the second to wait for the key',
  });
  mayFail.resolve();

  await expect(first).rejects.toThrow('not today');
  expect((await second).events).toMatchObject([{ type: 'SHELF_OPENED' }]);
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});

async function inTransaction(sample: SampleDatabase, condition: string): Promise<boolean> {
  const rows = await sample.database.sql(
    `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  );
  return rows.length > 0;
}
