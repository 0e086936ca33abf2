import { expect, test } from 'vitest';
import { acquireFolderLock } from '../../../src/database/folder-lock.ts';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('a disposed lock, even one disposed twice, leaves the folder to the next process', async () => {
  await using temporary = await makeTemporaryFolder();
  const lock = await acquireFolderLock(temporary.path);
  await lock[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();

  await using next = await startLockChild(temporary.path);
  expect(await next.tryNow()).toEqual({ won: true });
});
