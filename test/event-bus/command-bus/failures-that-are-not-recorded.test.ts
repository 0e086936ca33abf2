import { expect, test } from 'vitest';
import { leaveTransactionScope } from '../../../src/database/open-transaction.ts';
import { transact } from '../../../src/database/transact.ts';
import { ConflictError, RequestError } from '../../../src/errors.ts';
import type { Command, CommandResult } from '../../../src/event-bus/command.ts';
import { storedTypes } from '../../event-store/sample-database.ts';
import { openShelf, sampleCommand } from '../sample-command.ts';
import { failing, openRecordingBus, recordedFailures } from './failed-commands.ts';

const REFUSED: Readonly<Record<string, Command<CommandResult>>> = {
  'of nobody who is signed in': failing(new ConflictError('Taken.'), { viewer: null }),
  'that its caller may not give': failing(new RequestError('FORBIDDEN', 'You may not do this.')),
  'over a limit': failing(new RequestError('RATE_LIMITED', 'Too many.')),
  'while the database is away': failing(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })),
  'when the database stops': failing(Object.assign(new Error('terminating'), { code: '57P01' })),
  'with a key that is none': failing(new Error('never runs'), { idempotency: { key: '', input: {} } }),
  'refused while it was prepared': sampleCommand(async () => ({}), {
    prepare: () => Promise.reject(new ConflictError('The password is wrong.')),
  }),
};

test('refused commands and those that met no database leave no event', async () => {
  await using recording = await openRecordingBus();
  const outcomes = await Promise.allSettled(Object.values(REFUSED).map((command) => recording.bus.execute(command)));
  expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
  await recording.bus.execute(openShelf('shelf', 'key'));
  await expect(recording.bus.execute(openShelf('other', 'key'))).rejects.toThrow('idempotency key');
  expect(await storedTypes(recording.sample)).toEqual(['SHELF_OPENED']);
});

test('a command inside the transaction of another one leaves it to that one', async () => {
  await using recording = await openRecordingBus();
  const { bus, sample } = recording;
  await transact(sample.database, async () => {
    await expect(bus.execute(failing(new ConflictError('Inner.')))).rejects.toThrow('Inner.');
  });
  expect(await recordedFailures(sample)).toEqual([]);
  const outer = sampleCommand(() => bus.execute(failing(new ConflictError('Inner.'))).then(() => ({})), {
    name: 'outer',
  });
  await expect(leaveTransactionScope(() => bus.execute(outer))).rejects.toThrow('Inner.');
  expect((await recordedFailures(sample)).map(({ data }) => data['command'])).toEqual([{ name: 'outer', input: {} }]);
});
