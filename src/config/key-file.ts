import { randomUUID } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const MAX_FILE_BYTES = 16_384;

export interface KeyFile {
  readonly text: string;
  /** This call made the file. */
  readonly created: boolean;
  /** Group or others may read or write the file: worth a warning. Always false on Windows, which has no such bits. */
  readonly readableByOthers: boolean;
}

/**
 * The text kept in `file`, made at the first call (mode 0600). For development: in production keys come from the
 * environment. Processes that start at once end up with the same key, and none ever sees half a file: each writes its own
 * temporary file and the first to link it to the name wins.
 *
 * @param what the file holds, for the sentence of an error: `signing key`.
 */
export async function loadOrCreateKeyFile(file: string, what: string, make: () => string): Promise<KeyFile> {
  const existing = await readKeyFile(file, what);
  if (existing !== null) return { ...existing, created: false };
  const created = await createKeyFile(file, make());
  const stored = await readKeyFile(file, what);
  if (stored === null) throw new Error(`The ${what} file ${file} vanished while it was being created.`);
  return { ...stored, created };
}

async function readKeyFile(file: string, what: string): Promise<Omit<KeyFile, 'created'> | null> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (handle === null) return null;
  await using opened = handle;
  const { size, mode } = await opened.stat();
  if (size > MAX_FILE_BYTES) throw new Error(`The ${what} file ${file} is larger than a key can be.`);
  const text = await opened.readFile('utf8');
  return { text, readableByOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 };
}

/** True when this call's file took the name, false when another process was first. */
async function createKeyFile(file: string, text: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
      await handle.writeFile(`${text}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike rename, link fails when the name is taken.
    await link(temporary, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
