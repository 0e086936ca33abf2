import { expect, test } from 'vitest';
import { makeTemporaryFolder, startLockChild } from './lock-child.ts';

test('a lock that its process no longer refers to survives the garbage collector', async () => {
  await using temporary = await makeTemporaryFolder();
  await using holder = await startLockChild(temporary.path);
  expect(await holder.tryNow()).toEqual({ won: true });

  await using other = await startLockChild(temporary.path);
  expect(await other.tryNow()).toMatchObject({ won: false, holder: holder.pid });
});
