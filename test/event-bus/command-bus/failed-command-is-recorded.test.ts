import { expect, test } from 'vitest';
import { ConflictError, InvalidStateError, NotFoundError } from '../../../src/errors.ts';
import { COMMAND_KINDS } from '../../../src/event-bus/command.ts';
import { databaseKinds } from '../../event-store/sample-database.ts';
import { Shelf } from '../../event-store/sample-library.ts';
import { openShelf, sampleCommand } from '../sample-command.ts';
import { failing, openRecordingBus, recordedFailures } from './failed-commands.ts';

test.for(databaseKinds)('on %s a failed command leaves its event and nothing else', async (kind) => {
  await using recording = await openRecordingBus(kind);
  const { bus, sample } = recording;
  const command = sampleCommand(
    async ({ em }) => {
      em.persist(Shelf.open('never'));
      await em.flush();
      throw new ConflictError('This name is taken.');
    },
    { shown: { shelfId: 'a', count: 3, tags: ['x'], nothing: null }, idempotency: { key: 'key', input: {} } },
  );

  await expect(bus.execute(command)).rejects.toThrow('This name is taken.');

  const [recorded, ...others] = await recordedFailures(sample);
  expect(others).toEqual([]);
  expect(recorded).toMatchObject({
    type: 'CREATE_FAILED',
    aggregate_type: 'Shelf',
    aggregate_id: recorded?.command_id,
    version: 1,
    subject_id: '0190c0de-0000-7000-8000-00000000000a',
    data: {
      command: { name: 'openShelf', input: { shelfId: 'a', count: 3, tags: ['x'], nothing: null } },
      error: { code: 'CONFLICT', message: 'This name is taken.' },
    },
    metadata: { userId: '0190c0de-0000-7000-8000-00000000000a', ipAddress: null, userAgent: null },
  });
  expect(await sample.database.sql('select from sample_shelf')).toEqual([]);
  expect(await sample.database.sql('select from command_answer')).toEqual([]);
});

test('each kind of command has its event', async () => {
  await using recording = await openRecordingBus();
  for (const kind of COMMAND_KINDS) {
    await expect(recording.bus.execute(failing(new NotFoundError('It'), { kind }))).rejects.toThrow(NotFoundError);
  }
  const recorded = await recordedFailures(recording.sample);
  expect(recorded.map(({ type }) => type)).toEqual(COMMAND_KINDS.map((kind) => `${kind}_FAILED`));
  expect(new Set(recorded.map(({ aggregate_id }) => aggregate_id)).size).toBe(COMMAND_KINDS.length);
});

test('many commands that fail on one aggregate at once move no version and are all recorded', async () => {
  await using recording = await openRecordingBus();
  const { bus, sample } = recording;
  const { id } = (await bus.execute(openShelf('shelf', 'open'))).result;

  const failed = await Promise.allSettled(
    Array.from({ length: 12 }, () => bus.execute(failing(new InvalidStateError('Locked.'), { shown: { id } }))),
  );
  await recording.failures[Symbol.asyncDispose]();

  expect(failed.map(({ status }) => status)).toEqual(failed.map(() => 'rejected'));
  expect(await recordedFailures(sample)).toHaveLength(12);
  expect(await sample.log.readStream('Shelf', id)).toHaveLength(1);
});
