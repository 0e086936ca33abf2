import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ValueStore } from '../value-store.ts';

/**
 * Keeps it in a file that only its owner can read, for one process at a time. A crash at any moment leaves the old text
 * or the new one: it is written beside the file, forced to the disk, and renamed over it.
 */
export function fileStore(path: string): ValueStore {
  let lastWrite = Promise.resolve();
  const write = (text: string | null): Promise<void> =>
    text === null ? rm(path, { force: true }) : replace(path, text);
  return {
    get: () => read(path),
    set: (text) => {
      // One after the other, whether the one before succeeded or not: they share the name of the draft.
      lastWrite = lastWrite.then(
        () => write(text),
        () => write(text),
      );
      return lastWrite;
    },
  };
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
