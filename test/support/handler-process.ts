import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { look } from './canaries.ts';
import { QUICK_START } from './start-like-npm.ts';
import { waitFor } from './wait-for.ts';
import { Watchdog } from './watchdog.ts';

const ENTRY = join(import.meta.dirname, 'handler-node.ts');
const START_TIMEOUT_MS = 25_000;

export interface HandlerProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Of an effect sink, or of a file. */
  readonly sinkUrl: string;
  readonly lanes: number;
  /** Whether it keeps the sample projection, whose table must be there. */
  readonly projects?: boolean;
  /** Whether it runs the sample saga, whose table must be there. */
  readonly saga?: boolean;
}

/** A worker with the sample handlers `canary` and `courier` in a process of its own. Disposing of it kills it. */
export class HandlerProcess implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #watchdog: Watchdog;
  readonly #ended: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  private constructor(child: ChildProcess, pid: number, watchdog: Watchdog) {
    this.#child = child;
    this.pid = pid;
    this.#watchdog = watchdog;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#ended = once(child, 'close').then(() => look('log', this.#stdout + this.#stderr, 'printed by a worker'));
  }

  /** Resolves when it runs its handlers. Throws with what it wrote when it ended instead. */
  static async start({ env, ...options }: HandlerProcessOptions): Promise<HandlerProcess> {
    const watchdog = new Watchdog(await mkdtemp(join(tmpdir(), 'signalbox-test-process-')), 'SIGKILL');
    const child = spawn(process.execPath, [...QUICK_START.flags, ENTRY, JSON.stringify(options)], {
      env: { PATH: process.env.PATH, ...QUICK_START.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid === undefined) throw new Error('The worker process did not start.');
    watchdog.guard(child.pid);
    child.once('exit', () => watchdog.release());
    const started = new HandlerProcess(child, child.pid, watchdog);
    await waitFor(() => started.node !== null || child.exitCode !== null || child.signalCode !== null, {
      describe: 'the worker to run its handlers',
      timeoutMs: START_TIMEOUT_MS,
    });
    // It may have been killed by the test the moment it began to work.
    if (started.node !== null || child.signalCode !== null) return started;
    await started[Symbol.asyncDispose]();
    throw new Error(`The worker did not start. ${started.#stderr.slice(-2000)}`);
  }

  /** Its id as a node, which holds lanes; null before it runs. */
  get node(): string | null {
    return /"node":"([^"]+)"/.exec(this.#stdout)?.[1] ?? null;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Bytes it occupies in memory; 0 where the system does not tell. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async untilEnded(): Promise<void> {
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
    await this.#watchdog[Symbol.asyncDispose]();
  }
}
