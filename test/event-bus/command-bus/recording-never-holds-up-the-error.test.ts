import { expect, test } from 'vitest';
import { ConflictError } from '../../../src/errors.ts';
import { holdRows } from '../../support/held-rows.ts';
import { waitFor } from '../../support/wait-for.ts';
import { failing, openRecordingBus, recordedFailures } from './failed-commands.ts';

test('while nothing can be written callers still get their errors, and the records follow', async () => {
  await using recording = await openRecordingBus();
  const { bus, sample, failures } = recording;
  await using held = await holdRows(sample.url, 'lock table event_stream in access exclusive mode', []);

  const outcomes = await Promise.allSettled(
    Array.from({ length: 3 }, () => bus.execute(failing(new ConflictError('Taken.')))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  // Still held: the errors did not wait for it.
  await held.untilWaiting(2);

  await held.release();
  await failures[Symbol.asyncDispose]();
  expect(await recordedFailures(sample)).toHaveLength(3);
});

test('records on their way take two connections at most, and what is beyond fifty waiting is dropped', async () => {
  await using recording = await openRecordingBus();
  const { bus, sample, failures } = recording;
  await using held = await holdRows(sample.url, 'lock table event_stream in access exclusive mode', []);

  await Promise.allSettled(Array.from({ length: 100 }, () => bus.execute(failing(new ConflictError('Taken.')))));
  await held.release();
  await failures[Symbol.asyncDispose]();
  const recorded = await waitFor(
    async () => {
      const events = await recordedFailures(sample);
      return events.length >= 52 && events;
    },
    { describe: 'the records that were taken' },
  );
  expect(recorded).toHaveLength(52);
});

test('a failure to record leaves the caller its own error', async () => {
  await using recording = await openRecordingBus();
  const { bus, sample } = recording;
  await sample.database.sql('alter table event_stream rename to hidden');
  await expect(bus.execute(failing(new ConflictError('Taken.')))).rejects.toThrow('Taken.');
  await sample.database.sql('alter table hidden rename to event_stream');
  expect(await recordedFailures(sample)).toEqual([]);
});
