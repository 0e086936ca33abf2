import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The exclusive right to open an embedded database's folder. Two processes in one folder destroy it without an error, so
 * whatever opens it (server, migrations, seeding, tools) takes this lock first.
 *
 * The lock is the operating system's own lock on the file `<folder>.lock`, held by an open SQLite transaction: the one way to such
 * a lock that Node has built in. The system drops it when the process ends in any way, kill -9 included, so nothing stale can stay
 * behind. Rejected: a file naming a process id, because two starters that find a dead owner can both take over; a listening socket,
 * because the kinds that vanish with their owner exist on one system only.
 *
 * The file stands beside the folder, not in it: POSIX drops all of a process's locks on a file when that process closes any handle
 * on it, and a dump of the database reads every file in its folder (measured: the next process won). For the same reason who holds
 * the lock is told in another file, which informs and decides nothing. The lock file is never deleted, for a process that has
 * the deleted one open and a process that makes a new one would both win.
 */
const LOCK_SUFFIX = '.lock';
const HOLDER_SUFFIX = '.lock.holder';

/**
 * One refusal is not yet proof of a holder: starters that meet in SQLite's steps towards the lock can all be refused. The
 * patience also leaves a fresh holder time to say who it is.
 */
const PATIENCE_MS = 400;
const PAUSE_MS = 10;
const SQLITE_BUSY = 5;

/** A lock nobody refers to any more would otherwise be dropped by the garbage collector. */
const held = new Set<DatabaseSync>();

export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
  readonly folder: string;
  /** Null if the holder has not been able to say who it is. */
  readonly pid: number | null;

  constructor(folder: string, holder: Holder | null, options?: ErrorOptions) {
    const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`;
    super(
      `The database folder ${folder} is in use by ${who}. Stop that process, or set SIGNALBOX_DATA_DIR to another folder.`,
      options,
    );
    this.folder = folder;
    this.pid = holder?.pid ?? null;
  }
}

class FolderUnusableError extends Error {
  override readonly name = 'FolderUnusableError';

  constructor(lockFile: string, options: ErrorOptions) {
    super(
      `The database folder cannot be locked with ${lockFile}. Make it writable for this user, or set SIGNALBOX_DATA_DIR to another folder.`,
      options,
    );
  }
}

export interface FolderLock extends AsyncDisposable {
  /** The folder's real path: absolute, without symbolic links. */
  readonly folder: string;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Locks the folder, which is made if it is missing, until the lock is disposed or the process ends. A second call in the same
 * process is refused as well.
 * @throws FolderLockedError after at most half a second if the lock is held.
 */
export async function acquireFolderLock(dir: string): Promise<FolderLock> {
  await mkdir(dir, { recursive: true });
  const folder = await realpath(dir);
  const database = await lockFile(folder);
  held.add(database);
  const release = async (): Promise<void> => {
    if (held.delete(database)) database.close();
  };
  try {
    await announceHolder(folder);
  } catch (error) {
    await release();
    throw error;
  }
  return { folder, [Symbol.asyncDispose]: release };
}

async function lockFile(folder: string): Promise<DatabaseSync> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const result = tryLock(folder + LOCK_SUFFIX);
    if (result instanceof DatabaseSync) return result;
    if (performance.now() > deadline)
      throw new FolderLockedError(folder, await readHolder(folder), { cause: result.busy });
    // Random, so that those who collided do not collide again.
    await pause(PAUSE_MS * (0.5 + Math.random()));
  }
}

/** The locked database, or the refusal. Every other failure, such as a folder that cannot be written, is thrown. */
function tryLock(path: string): DatabaseSync | { readonly busy: unknown } {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // The transaction never commits, and a journal kept in memory leaves the locked file the only file. Its write is the proof of
    // the lock: on a file that this user may only read, BEGIN EXCLUSIVE alone succeeds for everybody.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) return { busy: error };
    throw new FolderUnusableError(path, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  );
}

async function announceHolder(folder: string): Promise<void> {
  const holder: Holder = { pid: process.pid, host: hostname() };
  await writeFile(folder + HOLDER_SUFFIX, JSON.stringify(holder));
}

/** Null when the file is missing, unreadable or half written: the refusal stands without a name. */
async function readHolder(folder: string): Promise<Holder | null> {
  const text = await readFile(folder + HOLDER_SUFFIX, 'utf8').catch(() => '');
  const found = /^\{"pid":(\d+),"host":"([^"\\]*)"\}$/.exec(text);
  return found === null ? null : { pid: Number(found[1]), host: found[2] ?? '' };
}
