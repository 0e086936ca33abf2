import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What one process answers to another: each function gets the question's argument. */
export type Api = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

type ArgumentOf<Handler> = Handler extends (argument: infer Argument) => unknown ? Argument : never;
type ResultOf<Handler> = Handler extends (argument: never) => infer Result ? Awaited<Result> : never;

const STOP_MS = 5_000;

/**
 * A process of its own that answers questions. It ends with this one, however this one ends: the channel between them
 * closes then, and `answerParent` takes that for the end.
 */
export class Child<Answers extends Api> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  /** @param flags further options of node, say `--cpu-prof` */
  constructor(path: string, flags: readonly string[] = []) {
    this.#process = fork(path, [], { execArgv: ['--expose-gc', ...flags], serialization: 'advanced' });
    this.#process.on('message', (answer: Answer) => this.#answered(answer));
    this.#process.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${path} ended with ${code ?? signal} while it was asked.`));
      this.#waiting.clear();
    });
  }

  async ask<Name extends keyof Answers & string>(
    name: Name,
    ...[argument]: ArgumentOf<Answers[Name]> extends undefined ? [] : [ArgumentOf<Answers[Name]>]
  ): Promise<ResultOf<Answers[Name]>> {
    const id = ++this.#asked;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#process.send({ id, name, argument } satisfies Question, (error) => {
      if (error) waiting.reject(error);
    });
    return (await waiting.promise) as ResultOf<Answers[Name]>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    this.#process.disconnect();
    await ended;
    clearTimeout(timer);
  }

  #answered({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }
}

/** To be called by a process that `Child` starts. */
export function answerParent(answers: Api): void {
  process.once('disconnect', () => process.exit(0));
  process.on('message', ({ id, name, argument }: Question) => void answer(id, name, argument));

  async function answer(id: number, name: string, argument: unknown): Promise<void> {
    try {
      const result = await answers[name]?.(argument as never);
      process.send?.({ id, result } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
}

/** Milliseconds of a clock that all processes of the machine share. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export interface Usage {
  /** Microseconds of processor time since the process began. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** After a collection, if one was asked for: the heap and what it holds outside of it. */
  readonly heldBytes: number;
}

export function usage({ collect }: { readonly collect: boolean }): Usage {
  if (collect) for (let time = 0; time < 3; time++) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuUs: user + system, rssBytes: rss, heldBytes: heapUsed + external };
}
