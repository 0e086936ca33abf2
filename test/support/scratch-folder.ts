import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
/** A run has held 0.3 GB at once; a container gets 64 MB by default. */
const ENOUGH_BYTES = 1024 ** 3;

/**
 * Where tests keep the folders of their servers: in memory if there is enough. Databases are copied hundreds of times, each
 * of a thousand small files, and a disk that finds room for those among as many just deleted took a third of all time.
 */
export function findScratchFolder(): string {
  if (process.env['TMPDIR'] !== undefined) return tmpdir();
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    // There is none, or not for us.
    return tmpdir();
  }
}
