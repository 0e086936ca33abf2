import type { Logger } from 'pino';
import { leaveTransactionScope } from './open-transaction.ts';

interface PeriodicJob {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
}

/** Runs a chore now and again; a failure is logged and the next turn tries again. Turns never overlap. */
export function startPeriodicJob(job: PeriodicJob, logger: Logger): AsyncDisposable {
  let running: Promise<void> | null = null;
  const turn = async (): Promise<void> => {
    try {
      await job.run();
    } catch (error) {
      logger.warn({ err: error, job: job.name }, 'A periodic job failed');
    }
  };
  const timer = setInterval(() => {
    running ??= leaveTransactionScope(turn).finally(() => {
      running = null;
    });
  }, job.everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
