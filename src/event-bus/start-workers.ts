import type { Logger } from 'pino';
import type { HandlerConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { startPeriodicJob } from '../database/periodic-job.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { Metrics } from '../metrics.ts';
import { summarizeLog } from '../event-store/summarize-log.ts';
import type { JobKind } from './background-job.ts';
import type { Handler } from './define-handler.ts';
import type { Projection } from './define-projection.ts';
import type { Saga } from './define-saga.ts';
import type { EventBus } from './event-bus.ts';
import { HandlerRunner } from './handler-runner.ts';
import { JobRunner, type JobWork } from './job-runner.ts';
import { rebuildWork } from './rebuild.ts';
import { replayWork } from './replay.ts';
import { SagaRunner } from './saga-runner.ts';

/** History and statistics look through what is newer than this. */
const SUMMARIZE_MS = 30_000;

interface WorkerParts {
  readonly database: Database;
  readonly bus: EventBus;
  readonly catalogue: EventCatalogue;
  /** All of them, those of projections and sagas among them. */
  readonly handlers: readonly Handler[];
  readonly lanes: ReadonlyMap<string, number>;
  readonly projections: readonly Projection[];
  readonly sagas: readonly Saga[];
  /** Further kinds of background jobs. */
  readonly work?: ReadonlyMap<JobKind, JobWork>;
  readonly config: HandlerConfig;
  readonly metrics?: Metrics;
  readonly logger: Logger;
}

export interface Workers extends AsyncDisposable {
  /** The position up to which the handlers are done with the log; 0 on a node that does not run all of them. */
  readonly reached: number;
}

/** Starts what works on the log in the background: handlers, sagas and jobs. The projections are registered before. Disposing lets what is under way end. */
export async function startWorkers(parts: WorkerParts): Promise<Workers> {
  const { database, bus, catalogue, handlers, lanes, projections, config, metrics, logger } = parts;
  const { node, log, tail, signals, reader } = bus;
  await using cleanup = new AsyncDisposableStack();
  const runner = cleanup.use(
    new HandlerRunner({ node, log, tail, database, catalogue, reader, handlers, lanes, config, metrics, logger }),
  );
  runner.start();
  const work = new Map<JobKind, JobWork>([
    ['REPLAY', replayWork({ database, catalogue, reader, handlers })],
    ['REBUILD', rebuildWork({ database, catalogue, projections, signals, logger })],
    ...(parts.work ?? []),
  ]);
  const jobs = cleanup.use(new JobRunner({ database, node, signals, leaseMs: config.leaseMs, work, logger }));
  jobs.start();
  const sagas = cleanup.use(
    new SagaRunner({ sagas: parts.sagas, database, catalogue, reader, config, signals, logger }),
  );
  sagas.start();
  const summing = cleanup.use(
    startPeriodicJob(
      { name: 'summarize the log', everyMs: SUMMARIZE_MS, run: () => summarizeLog(database.sql) },
      logger,
    ),
  );
  cleanup.move();
  return {
    get reached() {
      return runner.reached;
    },
    async [Symbol.asyncDispose]() {
      // Together: each has the time that one of them may take.
      await Promise.all([runner, jobs, sagas, summing].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}
