import { expect, test } from 'vitest';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf, sampleViewer } from '../sample-command.ts';

test('two people and somebody who is not signed in may use the same key for different things', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);
  const viewers = [
    sampleViewer('0190c0de-0000-7000-8000-00000000000a'),
    sampleViewer('0190c0de-0000-7000-8000-00000000000b'),
    null,
  ];

  const ids: string[] = [];
  for (const [index, viewer] of viewers.entries()) {
    ids.push((await bus.execute(openShelf(`shelf ${index}`, 'key', { viewer }))).result.id);
  }
  for (const [index, viewer] of viewers.entries()) {
    expect((await bus.execute(openShelf(`shelf ${index}`, 'key', { viewer }))).result.id).toBe(ids[index]);
  }

  expect(new Set(ids).size).toBe(3);
  expect(await storedTypes(sample)).toHaveLength(3);
});
