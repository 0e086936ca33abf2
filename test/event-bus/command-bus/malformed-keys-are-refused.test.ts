import { expect, test } from 'vitest';
import { ValidationError } from '../../../src/errors.ts';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openSampleDatabase, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf } from '../sample-command.ts';

test('an empty, an over-long and a key with control characters is refused before anything runs', async () => {
  await using sample = await openSampleDatabase();
  const bus = new CommandBus(sample.database, sample.log);

  for (const key of ['', 'k'.repeat(201), 'k'.repeat(1_000_000), 'a\u0000b', 'line\nbreak', '\u007f', '\u001b[31m']) {
    const refused: unknown = await bus.execute(openShelf('shelf', key)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ValidationError);
    expect(refused).toMatchObject({ fieldErrors: [{ path: ['idempotencyKey'] }] });
  }
  expect(await storedTypes(sample)).toEqual([]);

  for (const [index, key] of ['k'.repeat(200), ' ', 'schlüssel 🔑', "'; drop table event; --"].entries()) {
    const once = await bus.execute(openShelf(`shelf ${index}`, key));
    expect((await bus.execute(openShelf(`shelf ${index}`, key))).result).toEqual(once.result);
  }
});
