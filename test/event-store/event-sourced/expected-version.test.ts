import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { ConcurrencyError } from '../../../src/errors.ts';
import { StreamConflictError } from '../../../src/event-store/append-events.ts';
import { inCommand, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { change, counted, tallies } from './sample-tally.ts';

test('what was decided on an older version is a conflict, and nothing of it is stored', async () => {
  await using sample = await openSampleDatabase();
  const { database } = sample;
  await change(sample, 'a', counted(1));
  const old = await tallies.load(database.orm.em.fork(), 'a');
  await change(sample, 'a', counted(2));

  const late = inCommand(() =>
    transact(database, (em) =>
      tallies.appendAll(em, [
        { aggregate: tallies.blank('b'), facts: counted(1) },
        { aggregate: old, facts: counted(3) },
      ]),
    ),
  );
  await expect(late).rejects.toThrow(ConcurrencyError);
  await expect(late).rejects.toThrow(StreamConflictError);
  await expect(late).rejects.toMatchObject({
    aggregateType: 'Tally',
    aggregateId: 'a',
    expectedVersion: 1,
    actualVersion: 2,
  });
  expect(await storedTypes(sample)).toEqual(['TALLY_COUNTED', 'TALLY_COUNTED']);
});

test('an aggregate that is made twice is a conflict', async () => {
  await using sample = await openSampleDatabase();
  await change(sample, 'a', counted(1));
  const again = inCommand(() => transact(sample.database, (em) => tallies.append(em, tallies.blank('a'), counted(1))));
  await expect(again).rejects.toMatchObject({ expectedVersion: 0, actualVersion: 1 });
});

test('events are appended in a command and in its transaction, or not at all', async () => {
  await using sample = await openSampleDatabase();
  const { database } = sample;
  const outside = transact(database, (em) => tallies.append(em, tallies.blank('a'), counted(1)));
  await expect(outside).rejects.toThrow('outside a command');
  const bare = inCommand(() => tallies.append(database.orm.em.fork(), tallies.blank('a'), counted(1)));
  await expect(bare).rejects.toThrow('outside a command');
  expect(await storedTypes(sample)).toEqual([]);
});

test('what does not fit its definition is not appended', async () => {
  await using sample = await openSampleDatabase();
  await expect(change(sample, 'a', counted(0.5))).rejects.toThrow('expected int');
  expect(await storedTypes(sample)).toEqual([]);
});
