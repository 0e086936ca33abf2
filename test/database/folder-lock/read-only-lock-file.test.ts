import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

const NOBODY = 65_534;

test('a user who may only read the lock file gets an error, not a lock that everybody gets', async () => {
  await using temporary = await makeTemporaryFolder();
  const folder = join(temporary.path, 'database');
  await mkdir(folder);
  await chmod(temporary.path, 0o755);
  await writeFile(`${folder}.lock`, '');
  await chmod(`${folder}.lock`, 0o444);

  const asNobody = process.getuid?.() === 0 ? { userId: NOBODY } : {};
  await using child = await startLockChild(folder, asNobody);
  expect(await child.tryNow()).toMatchObject({
    won: false,
    message: expect.stringContaining(`cannot be locked with ${folder}.lock`) as string,
  });
});
