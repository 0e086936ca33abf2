import { SignalboxProcess } from '../support/signalbox-process.ts';
import type { ProcessRecord } from './checker/history.ts';
import { pause } from './pause.ts';

const PAUSE_BEFORE_RETRY_MS = 200;
/** Ten seconds, and what a busy machine takes to notice. */
const LONGEST_DRAIN_MS = 12_000;
/** What no run may print: nobody caught it, or it is a mistake of the program and not of its surroundings. */
const ALARM =
  /unhandledRejection|uncaughtException|"level":"fatal"|\b(?:TypeError|ReferenceError|RangeError|AssertionError)\b/;

/** One process of a deployment, which is started again whenever it has ended, as a supervisor does. */
export class SupervisedProcess implements AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Of those that have ended. */
  readonly records: ProcessRecord[] = [];
  readonly #env: Readonly<Record<string, string>>;
  readonly #errors = new Map<string, number>();
  #running: SignalboxProcess | null = null;

  constructor(name: string, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.#env = env;
    this.url = `http://localhost:${env['PORT']}/graphql`;
  }

  /** How often it logged which error. */
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  /** Resolves when it listens: while its database is away it may take several attempts. */
  async start(): Promise<void> {
    for (;;) {
      try {
        const started = await SignalboxProcess.start(this.#env);
        this.#running = started;
        void this.#watch(started);
        return;
      } catch (error) {
        const end = `did not start: ${String(error).slice(0, 400)}`;
        this.records.push({ name: this.name, endWasExpected: true, end, alarms: alarmsIn(String(error)) });
        await pause(PAUSE_BEFORE_RETRY_MS);
      }
    }
  }

  /** Resolves when it has ended, which is recorded as wanted. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = this.#running;
    if (ending === null) return;
    this.#running = null;
    const startedAt = performance.now();
    ending.signal(signal);
    const { code, signal: by } = await ending.untilEnded();
    const tookMs = Math.round(performance.now() - startedAt);
    const isAsWanted = signal === 'SIGKILL' || (code === 0 && tookMs < LONGEST_DRAIN_MS);
    this.#record(ending, isAsWanted, `${signal}, then code ${code ?? '-'} signal ${by ?? '-'} after ${tookMs} ms`);
    await ending[Symbol.asyncDispose]();
  }

  /** SIGSTOP until disposed of. */
  freeze(): Disposable {
    const frozen = this.#running;
    frozen?.signal('SIGSTOP');
    return { [Symbol.dispose]: () => frozen?.signal('SIGCONT') };
  }

  async isReady(): Promise<boolean> {
    const response = await fetch(new URL('/health/ready', this.url)).catch(() => null);
    await response?.body?.cancel();
    return response?.status === 200;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }

  async #watch(watched: SignalboxProcess): Promise<void> {
    const { code, signal } = await watched.untilEnded();
    if (this.#running !== watched) return;
    this.#running = null;
    this.#record(watched, false, `code ${code ?? '-'} signal ${signal ?? '-'}: ${watched.stderr.slice(-400)}`);
    await watched[Symbol.asyncDispose]();
    await this.start();
  }

  #record({ stdout, stderr }: SignalboxProcess, endWasExpected: boolean, end: string): void {
    this.records.push({ name: this.name, endWasExpected, end, alarms: alarmsIn(`${stdout}\n${stderr}`) });
    for (const [, level, message] of stdout.matchAll(/^\{"level":"(warn|error|fatal)".*"msg":"([^"]*)"/gm)) {
      const line = `${level}: ${message}`;
      this.#errors.set(line, (this.#errors.get(line) ?? 0) + 1);
    }
  }
}

function alarmsIn(text: string): string[] {
  return text.split('\n').filter((line) => ALARM.test(line));
}
