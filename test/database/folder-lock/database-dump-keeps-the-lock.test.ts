import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireFolderLock } from '../../../src/database/folder-lock.ts';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('reading every file of the folder in the holding process, as a dump does, keeps the lock', async () => {
  await using temporary = await makeTemporaryFolder();
  await using lock = await acquireFolderLock(join(temporary.path, 'database'));

  const files = await readdir(lock.folder, { recursive: true });
  await Promise.all(files.map((file) => readFile(join(lock.folder, file))));

  await using other = await startLockChild(lock.folder);
  expect(await other.tryNow()).toMatchObject({ won: false, holder: process.pid });
});
