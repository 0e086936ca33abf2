import { expect, test, vi } from 'vitest';
import { HandlerTimeoutError, LaneLostError } from './lane.ts';
import { withinTime } from './within-time.ts';

const forEver = (): Promise<never> => Promise.withResolvers<never>().promise;

test('work that ends in time gives its outcome', async () => {
  const { signal } = new AbortController();
  await expect(withinTime(60_000, signal, async () => 'done')).resolves.toBe('done');
  await expect(withinTime(60_000, signal, () => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
});

test('work without an end is told, and given up with a time-out', async () => {
  let told: AbortSignal | null = null;
  const outcome = withinTime(10, new AbortController().signal, (signal) => {
    told = signal;
    return forEver();
  });
  await expect(outcome).rejects.toThrow(HandlerTimeoutError);
  expect(told).toMatchObject({ aborted: true, reason: { name: 'HandlerTimeoutError' } });
});

test('an abort from outside ends the wait with its reason', async () => {
  const outer = new AbortController();
  const outcome = withinTime(60_000, outer.signal, forEver);
  outer.abort(new LaneLostError('gone'));
  await expect(outcome).rejects.toThrow(LaneLostError);
});

test('what was aborted before does not begin', async () => {
  const work = vi.fn<() => Promise<void>>();
  await expect(withinTime(60_000, AbortSignal.abort(new LaneLostError('gone')), work)).rejects.toThrow(LaneLostError);
  expect(work).not.toHaveBeenCalled();
});
