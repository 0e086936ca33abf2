import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import { Watchdog } from './watchdog.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where a private server runs and keeps its data; disposing of it removes it. */
export interface ServerDirectory extends AsyncDisposable {
  readonly path: string;
  /** Who owns the directory and must run the server; undefined for whoever runs the tests. */
  readonly account: Account | undefined;
  /** Ends the server and removes the directory should the test run die. */
  readonly watchdog: Watchdog;
  /** Asks the server for an orderly shutdown even while clients are connected. */
  readonly stopSignal: NodeJS.Signals;
}

/** A new directory under the system's temporary one, closed to other accounts. Root gives it to the preferred account or to `nobody`. */
export async function createServerDirectory(
  preferredAccount: string,
  stopSignal: NodeJS.Signals,
): Promise<ServerDirectory> {
  // PostgreSQL refuses to run as root, and no server needs to.
  const account = process.getuid?.() === 0 ? await findAccount([preferredAccount, 'nobody']) : undefined;
  const path = await mkdtemp(join(tmpdir(), `signalbox-test-${preferredAccount}-`));
  const watchdog = new Watchdog(path, stopSignal);
  if (account !== undefined) await chown(path, account.uid, account.gid);
  return { path, account, watchdog, stopSignal, [Symbol.asyncDispose]: () => watchdog[Symbol.asyncDispose]() };
}

async function findAccount(names: readonly string[]): Promise<Account> {
  for (const name of names) {
    const account = await lookUp(name);
    if (account !== undefined) return account;
  }
  throw new Error(`Root must not run a server, and none of these accounts exists: ${names.join(', ')}.`);
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    return { uid: Number(await runProgram('id', ['-u', name])), gid: Number(await runProgram('id', ['-g', name])) };
  } catch (error) {
    if (String(error).includes('no such user')) return undefined;
    throw error;
  }
}
