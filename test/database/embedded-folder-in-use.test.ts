import { expect, test } from 'vitest';
import { FolderLockedError } from '../../src/database/folder-lock.ts';
import { embeddedConfig, openNode } from '../event-store/sample-database.ts';
import { createEmbeddedFolder } from '../support/embedded-folder.ts';
import { startLockChild } from './folder-lock/lock-child.ts';

test('an embedded database that another process has open is refused with a sentence, and opens once that is over', async () => {
  await using folder = await createEmbeddedFolder();
  const holder = await startLockChild(folder.dataDir);
  expect(await holder.tryNow()).toEqual({ won: true });

  const opening = openNode(embeddedConfig(folder.dataDir));
  await expect(opening).rejects.toThrow(FolderLockedError);
  await expect(opening).rejects.toThrow(`is in use by process ${holder.pid}`);
  await holder.finish();

  await using node = await openNode(embeddedConfig(folder.dataDir));
  expect(await node.database.sql('select count(*)::int as events from event')).toEqual([{ events: 0 }]);
});
