import { expect, test } from 'vitest';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf } from '../sample-command.ts';

test('a command that dies at its commit leaves neither effect nor answer, and one that lives leaves both at once', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const bus = new CommandBus(sample.database, sample.log);
  // Runs inside COMMIT, when the last statement of the command is through.
  await sql(`create function fail() returns trigger language plpgsql as $$ begin raise 'died at commit'; end $$`);
  await sql(`create constraint trigger fails after update on command_answer deferrable initially deferred
             for each row execute function fail()`);

  await expect(bus.execute(openShelf('shelf', 'key'))).rejects.toThrow('died at commit');
  expect(await storedTypes(sample)).toEqual([]);
  expect(await sql('select from sample_shelf')).toEqual([]);
  expect(await sql('select from command_answer')).toEqual([]);

  await sql('drop trigger fails on command_answer');
  const { result, commandId, events } = await bus.execute(openShelf('shelf', 'key'));
  expect(
    await sql('select a.result, a.command_id, a.event_ids, a.xmin = e.xmin as together from command_answer a, event e'),
  ).toEqual([{ result, command_id: commandId, event_ids: events.map((event) => event.id), together: true }]);
});
