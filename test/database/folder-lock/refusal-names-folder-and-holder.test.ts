import { realpath } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { acquireFolderLock, FolderLockedError } from '../../../src/database/folder-lock.ts';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('the refusal names the folder and the process that holds it', async () => {
  await using temporary = await makeTemporaryFolder();
  await using holder = await startLockChild(temporary.path);
  expect(await holder.tryNow()).toEqual({ won: true });

  const refusal = await acquireFolderLock(temporary.path).catch((error: unknown) => error);

  expect(refusal).toBeInstanceOf(FolderLockedError);
  expect(refusal).toMatchObject({
    pid: holder.pid,
    message: expect.stringContaining(
      `${await realpath(temporary.path)} is in use by process ${holder.pid} on `,
    ) as string,
  });
});
