/**
 * A process that wants the lock of the folder in its first argument. It says `ready`, waits for a line on its input, tries, tells
 * the outcome as one JSON line, and keeps the lock until its input ends. A second argument is the user id to become first.
 */
import { createInterface } from 'node:readline';
import { acquireFolderLock, FolderLockedError } from '../../../src/database/folder-lock.ts';
import type { Outcome } from './lock-child.ts';

async function tryFolder(folder: string): Promise<Outcome> {
  try {
    await acquireFolderLock(folder);
    return { won: true };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      won: false,
      name: error.name,
      message: error.message,
      holder: error instanceof FolderLockedError ? error.pid : null,
    };
  }
}

const [folder = '', userId] = process.argv.slice(2);
if (userId !== undefined) process.setuid?.(Number(userId));
const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
process.stdout.write('ready\n');
await lines.next();
process.stdout.write(`${JSON.stringify(await tryFolder(folder))}\n`);
// Where the test allows it, prove that the lock survives without any reference to it.
globalThis.gc?.();
process.stdout.write('settled\n');
await lines.next();
