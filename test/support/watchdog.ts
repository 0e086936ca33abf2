import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Reads process ids from a pipe, an empty line for "it has ended". The pipe closes when the test run lets go of it, in
 * order or because it was killed: then the last server named is asked to end, made to end after ten seconds, and the
 * directory is removed.
 */
const SCRIPT = `
signal=$1 directory=$2 pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ] && kill -s "$signal" "$pid" 2>/dev/null; then
  tries=0
  while [ $tries -lt 100 ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL "$pid" 2>/dev/null
fi
rm -rf "$directory"
`;

/** Sees to it that a private server and its directory never outlive the process that made them, `kill -9` included. */
export class Watchdog implements AsyncDisposable {
  readonly #process: ChildProcess;

  /** @param directory removed with everything in it, at the latest when this process ends. */
  constructor(directory: string, stopSignal: NodeJS.Signals) {
    // A session of its own: what kills the process group of the test run must not take the watchdog along.
    this.#process = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', stopSignal.replace('SIG', ''), directory], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#process.unref();
  }

  guard(pid: number): void {
    this.#process.stdin?.write(`${pid}\n`);
  }

  /** The guarded server has ended; its process id may belong to anybody from now on. */
  release(): void {
    this.#process.stdin?.write('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.ref();
    this.#process.stdin?.end();
    await ended;
  }
}
