import { expect, test } from 'vitest';
import { ConflictError } from '../../../src/errors.ts';
import { failing, openRecordingBus, recordedFailures } from './failed-commands.ts';

const UNEXPECTED = { code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.' };

test.for<[string, unknown, object]>([
  ['an error with NUL', new ConflictError('a\0b'), { code: 'CONFLICT', message: 'ab' }],
  ['half a surrogate pair', new ConflictError('a\ud800b'), { code: 'CONFLICT', message: 'a\ufffdb' }],
  ['a megabyte', new ConflictError('m'.repeat(1_000_000)), { code: 'CONFLICT', message: 'm'.repeat(500) }],
  ['an error that nobody expected', new Error('secret: hunter2'), UNEXPECTED],
  ['a text', 'hunter2', UNEXPECTED],
  ['nothing', undefined, UNEXPECTED],
  ['an object without a prototype', Object.create(null), UNEXPECTED],
])('%s is recorded, as far as it may be shown', async ([, thrown, error]) => {
  await using recording = await openRecordingBus();
  const outcome = await recording.bus.execute(failing(thrown)).catch((caught: unknown) => ({ caught }));
  expect(outcome).toEqual({ caught: thrown });
  const recorded = await recordedFailures(recording.sample);
  expect(recorded).toMatchObject([{ type: 'CREATE_FAILED', data: { error } }]);
  expect(JSON.stringify(recorded)).not.toContain('hunter2');
});

test('what is shown of the input is made fit to be stored, or left out', async () => {
  await using recording = await openRecordingBus();
  const { bus, sample } = recording;
  const shown = [
    { text: `a\0b\udc00${'x'.repeat(1_000)}`, list: ['\0', { deep: '\0y' }] },
    { ids: Array.from({ length: 5_000 }, (_, index) => `id-${index}`) },
  ];
  for (const input of shown) await bus.execute(failing(new ConflictError('No.'), { shown: input })).catch(() => 0);
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  await expect(bus.execute(failing(new ConflictError('No.'), { shown: circle }))).rejects.toThrow('No.');

  expect((await recordedFailures(sample)).map(({ data }) => data['command'])).toEqual([
    { name: 'openShelf', input: { text: `ab\ufffd${'x'.repeat(496)}`, list: ['', { deep: 'y' }] } },
    { name: 'openShelf', input: { omitted: 'too long' } },
  ]);
});
