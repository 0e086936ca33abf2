import { expect, test } from 'vitest';
import { leaveTransactionScope } from '../../../src/database/open-transaction.ts';
import { ConcurrencyError } from '../../../src/errors.ts';
import type { Command, CommandScope } from '../../../src/event-bus/command.ts';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import {
  openNode,
  openSampleDatabase,
  postgresConfig,
  type SampleDatabase,
} from '../../event-store/sample-database.ts';
import { Shelf } from '../../event-store/sample-library.ts';
import { openShelf, sampleCommand } from '../sample-command.ts';

test('of two commands that changed the same aggregate on two nodes the later runs again on the newer state', async () => {
  await using sample = await openSampleDatabase();
  await using other = await openNode(postgresConfig(sample.url));
  const { id } = await shelfOf(sample);
  const bus = new CommandBus(sample.database, sample.log);
  const otherBus = new CommandBus(other.database, other.log);
  let attempts = 0;

  const outcome = await bus.execute(
    renaming(
      id,
      (old) => `${old} mine`,
      {},
      async () => {
        // Another node's command, so not part of this one's transaction.
        if (++attempts === 1)
          await leaveTransactionScope(() => otherBus.execute(renaming(id, (old) => `${old} theirs`)));
      },
    ),
  );

  expect(attempts).toBe(2);
  expect(outcome.events).toMatchObject([{ version: 3, data: { name: 'shelf theirs mine', previous: 'shelf theirs' } }]);
  expect(await sample.log.readStream('Shelf', id)).toHaveLength(3);
});

test('many commands on one aggregate at once all succeed, each on the state that the one before left', async () => {
  await using sample = await openSampleDatabase();
  await using other = await openNode(postgresConfig(sample.url));
  const { id } = await shelfOf(sample);
  const buses = [new CommandBus(sample.database, sample.log), new CommandBus(other.database, other.log)];

  await Promise.all(
    [...buses, ...buses, ...buses].map(async (bus) => {
      for (let round = 0; round < 5; round++) await bus.execute(renaming(id, (old) => `${old}+`));
    }),
  );

  const events = await sample.log.readStream('Shelf', id);
  expect(events.map((event) => event.version)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
  expect(events.at(-1)?.data).toMatchObject({ name: `shelf${'+'.repeat(30)}` });
});

test('a command whose caller named the version is not run again', async () => {
  await using sample = await openSampleDatabase();
  const { id } = await shelfOf(sample);
  const bus = new CommandBus(sample.database, sample.log);
  let attempts = 0;

  const late = bus.execute(
    renaming(
      id,
      () => 'mine',
      { retryOnConflict: false, idempotency: { key: 'key', input: {} } },
      async () => {
        attempts++;
        await sample.database.orm.em.fork().execute('update event_stream set version = version + 1');
      },
    ),
  );

  await expect(late).rejects.toThrow(ConcurrencyError);
  await expect(late).rejects.toMatchObject({ expectedVersion: 1, actualVersion: 2 });
  expect(attempts).toBe(1);
  expect(await sample.database.sql("select from command_answer where key = 'key'")).toEqual([]);
});

test('a conflict that never ends is given up after eight attempts', async () => {
  await using sample = await openSampleDatabase();
  const { id } = await shelfOf(sample);
  const bus = new CommandBus(sample.database, sample.log);
  let attempts = 0;

  const endless = bus.execute(
    renaming(
      id,
      () => 'mine',
      {},
      async () => {
        attempts++;
        throw new ConcurrencyError(1, 2);
      },
    ),
  );

  await expect(endless).rejects.toThrow(ConcurrencyError);
  expect(attempts).toBe(8);
});

async function shelfOf(sample: SampleDatabase): Promise<{ id: string }> {
  return (await new CommandBus(sample.database, sample.log).execute(openShelf('shelf', 'open'))).result;
}

/** Loads the shelf, lets others in, and renames it. */
function renaming(
  id: string,
  rename: (old: string) => string,
  overrides: Partial<Omit<Command<Record<string, never>>, 'run'>> = {},
  meanwhile: () => Promise<void> = async () => undefined,
): Command<Record<string, never>> {
  return sampleCommand(
    async ({ em }: CommandScope) => {
      const shelf = await em.findOneOrFail(Shelf, { id });
      await meanwhile();
      shelf.rename(rename(shelf.name));
      return {};
    },
    { name: 'renameShelf', ...overrides },
  );
}
