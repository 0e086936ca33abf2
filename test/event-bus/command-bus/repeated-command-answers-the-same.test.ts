import { expect, test } from 'vitest';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { databaseKinds, openSampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf, sampleCommand } from '../sample-command.ts';

test.for(databaseKinds)('on %s a command repeated under its key answers the same and has one effect', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const bus = new CommandBus(sample.database, sample.log);

  const first = await bus.execute(openShelf('shelf', 'key'));
  expect(first).toMatchObject({
    result: { id: first.events[0]?.aggregateId },
    events: [
      {
        type: 'SHELF_OPENED',
        version: 1,
        commandId: first.commandId,
        metadata: { userId: '0190c0de-0000-7000-8000-00000000000a', ipAddress: null, userAgent: null },
      },
    ],
  });
  const again = await bus.execute(openShelf('shelf', 'key'));

  expect(again).toMatchObject({ commandId: first.commandId, result: first.result });
  expect(again.events.map(({ id, version, data }) => ({ id, version, data }))).toEqual(
    first.events.map(({ id, version, data }) => ({ id, version, data })),
  );
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});

test('the order of the fields of an input does not matter, and an answer without an effect is kept as well', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  let runs = 0;
  const command = (input: unknown) =>
    sampleCommand(async () => ({ run: ++runs, list: [1, null, 'ä'] }), { idempotency: { key: 'key', input } });

  const first = await bus.execute(command({ a: 1, b: { c: [1, 2], d: null } }));
  const again = await bus.execute(command({ b: { d: null, c: [1, 2] }, a: 1 }));

  expect(again).toEqual(first);
  expect(first).toMatchObject({ result: { run: 1 }, events: [] });
  expect(runs).toBe(1);
});

test('without a key each command has its effect', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);

  await bus.execute(openShelf('one', '', { idempotency: null }));
  await bus.execute(openShelf('two', '', { idempotency: null }));

  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED', 'SHELF_OPENED']);
  expect(await sample.database.sql('select from command_answer')).toEqual([]);
});
