import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('a symbolic link, a relative path and a trailing slash lead to the same lock', async () => {
  await using temporary = await makeTemporaryFolder();
  await mkdir(join(temporary.path, 'database'));
  await symlink(join(temporary.path, 'database'), join(temporary.path, 'link'), 'junction');
  await using holder = await startLockChild(join(temporary.path, 'database'));
  expect(await holder.tryNow()).toEqual({ won: true });

  for (const spelling of [
    'database',
    './link',
    '../'.repeat(20) + join(temporary.path, 'database').slice(1),
    'database/',
  ]) {
    await using other = await startLockChild(spelling, { cwd: temporary.path });
    expect({ spelling, ...(await other.tryNow()) }).toMatchObject({ spelling, won: false, holder: holder.pid });
  }
});
