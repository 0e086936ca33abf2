import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('of eight processes that start at once exactly one gets the folder, and the others are told which', async () => {
  await using temporary = await makeTemporaryFolder();
  await using stack = new AsyncDisposableStack();
  const children = await Promise.all(Array.from({ length: 8 }, () => startLockChild(join(temporary.path, 'database'))));
  for (const child of children) stack.use(child);

  const outcomes = await Promise.all(
    children.map(async (child) => ({ pid: child.pid, outcome: await child.tryNow() })),
  );

  const winners = outcomes.filter(({ outcome }) => outcome.won).map(({ pid }) => pid);
  const namedHolders = outcomes.flatMap(({ outcome }) => (outcome.won ? [] : [outcome.holder]));
  expect(winners).toHaveLength(1);
  expect(namedHolders).toEqual(Array.from({ length: 7 }, () => winners[0]));
});
