import { expect, test } from 'vitest';
import { acquireFolderLock, FolderLockedError } from '../../../src/database/folder-lock.ts';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('a second call in the holding process is refused and does not weaken the lock', async () => {
  await using temporary = await makeTemporaryFolder();
  await using lock = await acquireFolderLock(temporary.path);

  await expect(acquireFolderLock(lock.folder)).rejects.toThrow(FolderLockedError);

  await using other = await startLockChild(temporary.path);
  expect(await other.tryNow()).toMatchObject({ won: false, holder: process.pid });
});
