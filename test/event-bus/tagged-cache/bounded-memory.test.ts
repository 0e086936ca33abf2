import { expect, test } from 'vitest';
import { createCacheDeployment } from './cache-nodes.ts';

/** Fills ten times what fits; answers how many of the entries are still there. */
async function keptOf(count: number, limits: { maxItems: number; maxBytes: number }, value: string): Promise<number> {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode(limits);
  let loads = 0;
  const read = (number: number): Promise<string> =>
    node.cache.getOrLoad({
      key: ['filling', number],
      tags: ['fillings'],
      load: async () => {
        loads++;
        return value;
      },
    });
  for (let number = 0; number < count; number++) await read(number);
  loads = 0;
  // Newest first: what is read here pushes out nothing that is still to be read.
  for (let number = count - 1; number >= 0; number--) await read(number);
  return count - loads;
}

test('no more answers are kept than the limit says', async () => {
  expect(await keptOf(1_000, { maxItems: 100, maxBytes: 1024 * 1024 }, 'x')).toBe(100);
});

test('no more bytes are kept than the limit says', async () => {
  const kept = await keptOf(100, { maxItems: 1_000, maxBytes: 10_240 }, 'x'.repeat(1_000));
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(10);
});
