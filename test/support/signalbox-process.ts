import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { look } from './canaries.ts';
import { GraphqlClient } from './graphql-client.ts';
import { QUICK_START } from './start-like-npm.ts';
import { waitFor } from './wait-for.ts';
import { Watchdog } from './watchdog.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const START_TIMEOUT_MS = 45_000;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real program as a process of its own, as `npm start` runs it. Disposing of it kills it. */
export class SignalboxProcess implements AsyncDisposable {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #watchdog: Watchdog;
  readonly #ended: Promise<ProcessEnd>;

  private constructor(child: ChildProcess, watchdog: Watchdog) {
    this.#child = child;
    this.#watchdog = watchdog;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    child.once('close', () => {
      // Printed once, for whoever started the server.
      look('log', this.stdout + this.stderr.replace(/sb_bt_[\w-]{43}/, ''), 'printed by a server');
    });
    this.#ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  /** Does not wait until it listens. It gets no variable but these and PATH. */
  static async spawn(env: Readonly<Record<string, string>>): Promise<SignalboxProcess> {
    // The watchdog wants a directory to remove; the process is what has to go with a test run that dies.
    const watchdog = new Watchdog(await mkdtemp(join(tmpdir(), 'signalbox-test-process-')), 'SIGKILL');
    const child = spawn(process.execPath, [...QUICK_START.flags, MAIN], {
      env: { PATH: process.env.PATH, ...QUICK_START.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) watchdog.guard(child.pid);
    child.once('exit', () => watchdog.release());
    return new SignalboxProcess(child, watchdog);
  }

  /** A process that listens. Throws with what it wrote when it ended instead. */
  static async start(env: Readonly<Record<string, string>>): Promise<SignalboxProcess> {
    const started = await SignalboxProcess.spawn(env);
    await waitFor(() => started.url !== null || started.#child.exitCode !== null, {
      describe: 'the server to listen',
      timeoutMs: START_TIMEOUT_MS,
    });
    if (started.url !== null) return started;
    await started[Symbol.asyncDispose]();
    throw new Error(`The server did not start. ${started.stderr.slice(-2000)}`);
  }

  /** Where it listens; null before it does. */
  get url(): string | null {
    return /"url":"([^"]+)"/.exec(this.stdout)?.[1] ?? null;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Null while it runs. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get client(): GraphqlClient {
    if (this.url === null) throw new Error('The server does not listen.');
    return new GraphqlClient(this.url);
  }

  /** The one-time token it printed. */
  async bootstrapToken(): Promise<string> {
    return waitFor(() => /sb_bt_[\w-]+/.exec(this.stderr)?.[0], { describe: 'the bootstrap token' });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async untilEnded(): Promise<ProcessEnd> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
    await this.#watchdog[Symbol.asyncDispose]();
  }
}
