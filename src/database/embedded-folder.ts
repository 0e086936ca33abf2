import { rename, rm } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';

/**
 * Makes the folder of a new embedded database from a ready-made empty one: initialising it afresh took 5.6 s of processor
 * time, unpacking takes 1.5 s. Unpacked beside and moved into place, so that a process killed in between leaves no
 * half a database behind. The caller holds the folder's lock.
 */
export async function makeEmbeddedFolder(folder: string): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const database = await PGlite.create({ dataDir: unfinished, loadDataDir: await dataDir() });
  await database.close();
  await rename(unfinished, folder);
}
