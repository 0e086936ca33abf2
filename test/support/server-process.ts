import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InstalledServer, START_TIMEOUT_MS, STOP_TIMEOUT_MS } from './private-server.ts';
import { killProcessTree } from './process-tree.ts';
import type { ServerDirectory } from './server-directory.ts';
import { waitFor } from './wait-for.ts';

export interface ServerProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly url: string;
  readonly port: number;
  /** Removed with the server; stays the caller's when the server does not start. */
  readonly directory: ServerDirectory;
  /** Whether the server takes commands; may throw while it does not. */
  isReady(): Promise<boolean>;
}

/** Runs an installed server; throws with the end of its log when it does not start. */
export async function startServerProcess(program: ServerProgram): Promise<InstalledServer> {
  const server = new ServerProcess(program);
  await server.restart();
  return server;
}

class ServerProcess implements InstalledServer {
  readonly url: string;
  readonly port: number;
  readonly #program: ServerProgram;
  readonly #logPath: string;
  #process: ChildProcess | undefined;

  constructor(program: ServerProgram) {
    this.url = program.url;
    this.port = program.port;
    this.#program = program;
    this.#logPath = join(program.directory.path, 'server.log');
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined || hasEnded(running)) return;
    const { command, directory } = this.#program;
    running.kill(directory.stopSignal);
    try {
      await waitFor(() => hasEnded(running), { describe: `the end of ${command}`, timeoutMs: STOP_TIMEOUT_MS });
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running?.pid === undefined || hasEnded(running)) return;
    const ended = once(running, 'exit');
    await killProcessTree(running.pid);
    await ended;
  }

  freeze(): Disposable {
    const frozen = this.#process;
    frozen?.kill('SIGSTOP');
    return { [Symbol.dispose]: () => void frozen?.kill('SIGCONT') };
  }

  async restart(): Promise<void> {
    await this.stop();
    const started = this.#spawn();
    let spawnError: unknown;
    started.once('error', (error) => (spawnError = error));
    await waitFor(() => hasEnded(started) || this.#program.isReady(), {
      describe: `${this.#program.command} to take connections`,
      timeoutMs: START_TIMEOUT_MS,
    });
    if (hasEnded(started)) {
      const log = await readFile(this.#logPath, 'utf8');
      throw new Error(`${this.#program.command} did not start. ${log.slice(-2000)}`, { cause: spawnError });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
    } finally {
      await this.#program.directory[Symbol.asyncDispose]();
    }
  }

  #spawn(): ChildProcess {
    const { command, arguments: args, directory } = this.#program;
    const log = openSync(this.#logPath, 'a');
    try {
      const child = spawn(command, args, {
        cwd: directory.path,
        // A session of its own: an interrupt typed at the tests is theirs to handle, they stop their servers in order.
        detached: true,
        stdio: ['ignore', log, log],
        // Nothing of ours: variables such as PGOPTIONS or PGPORT would change what the tests run on.
        env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
        ...directory.account,
      });
      if (child.pid !== undefined) directory.watchdog.guard(child.pid);
      child.once('exit', () => directory.watchdog.release());
      child.unref();
      this.#process = child;
      return child;
    } finally {
      closeSync(log);
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
