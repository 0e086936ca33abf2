import { expect, test } from 'vitest';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('taking the lock prints no warning of an experimental part of Node', async () => {
  await using temporary = await makeTemporaryFolder();
  await using child = await startLockChild(temporary.path);
  expect(await child.tryNow()).toEqual({ won: true });

  expect(await child.finish()).toBe('');
});
