import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('hold-folder-lock.ts', import.meta.url));

export type Outcome =
  | { readonly won: true }
  | { readonly won: false; readonly name: string; readonly message: string; readonly holder: number | null };

export interface LockChild extends AsyncDisposable {
  readonly pid: number;
  /** Lets the process, which has loaded and waits, try for the lock. */
  tryNow(): Promise<Outcome>;
  kill(): Promise<void>;
  /** Ends the process in good order; answers what it wrote to its error output. */
  finish(): Promise<string>;
}

export interface LockChildOptions {
  /** Where the path given to the process begins, if that path is relative. */
  readonly cwd?: string;
  readonly userId?: number;
}

export async function startLockChild(folder: string, options: LockChildOptions = {}): Promise<LockChild> {
  const userId = options.userId === undefined ? [] : [String(options.userId)];
  const child = spawn(process.execPath, ['--expose-gc', PROGRAM, folder, ...userId], {
    cwd: options.cwd,
    stdio: 'pipe',
  });
  const exited = once(child, 'exit');
  const errorOutput = text(child.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`The process ended too early: ${await errorOutput}`);
    return line.value;
  };
  await nextLine();
  const end = async (): Promise<string> => {
    child.stdin.end();
    await exited;
    return errorOutput;
  };
  return {
    pid: child.pid ?? -1,
    tryNow: async () => {
      child.stdin.write('try\n');
      const outcome = JSON.parse(await nextLine()) as Outcome;
      await nextLine();
      return outcome;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    finish: end,
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

export async function makeTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'signalbox-lock-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
