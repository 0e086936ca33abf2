import { expect, test } from 'vitest';
import type { Command } from '../../../src/event-bus/command.ts';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { Shelf } from '../../event-store/sample-library.ts';
import { openShelf, sampleCommand } from '../sample-command.ts';

test('of two commands that lock two aggregates in opposite orders the victim of the deadlock runs again', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  const a = (await bus.execute(openShelf('a', 'a'))).result.id;
  const b = (await bus.execute(openShelf('b', 'b'))).result.id;
  const bothHoldOne = meetingOf(2);

  const outcomes = await Promise.all([
    bus.execute(renameInTwoFlushes([a, b], bothHoldOne)),
    bus.execute(renameInTwoFlushes([b, a], bothHoldOne)),
  ]);

  expect(outcomes.flatMap((outcome) => outcome.events.map((event) => event.version)).toSorted((x, y) => x - y)).toEqual(
    [2, 2, 3, 3],
  );
  expect(await sample.database.sql('select version from event_stream')).toEqual([{ version: 3 }, { version: 3 }]);
});

function renameInTwoFlushes(ids: readonly string[], afterFirst: () => Promise<void>): Command<Record<string, never>> {
  return sampleCommand(async ({ em }) => {
    for (const id of ids) {
      const shelf = await em.findOneOrFail(Shelf, { id });
      shelf.rename(`${shelf.name}+`);
      await em.flush();
      if (id === ids[0]) await afterFirst();
    }
    return {};
  });
}

/** Resolves for everybody once so many have come; whoever comes later does not wait. */
function meetingOf(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = count;
  return () => {
    if (--missing <= 0) resolve();
    return promise;
  };
}
