import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('after kill -9 of the holder exactly one of the waiting processes gets the folder at its first try', async () => {
  await using temporary = await makeTemporaryFolder();
  const folder = join(temporary.path, 'database');
  await using stack = new AsyncDisposableStack();
  const holder = stack.use(await startLockChild(folder));
  const waiting = await Promise.all(Array.from({ length: 4 }, () => startLockChild(folder)));
  for (const child of waiting) stack.use(child);
  expect(await holder.tryNow()).toEqual({ won: true });

  await holder.kill();
  const outcomes = await Promise.all(waiting.map((child) => child.tryNow()));

  expect(outcomes.filter((outcome) => outcome.won)).toHaveLength(1);
});
