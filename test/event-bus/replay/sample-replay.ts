import { v7 } from 'uuid';
import type { App } from '../../../src/app.ts';
import type { Sql } from '../../../src/database/sql.ts';
import { type BackgroundJob, findJob, insertJob, JOBS_SIGNAL } from '../../../src/event-bus/background-job.ts';
import type { ReplayParameters } from '../../../src/event-bus/replay-plan.ts';
import { waitFor } from '../../support/wait-for.ts';

/** As `replayEvents` does. Returns the job's id. */
export async function replay(
  sql: Sql,
  targets: readonly string[],
  { dryRun = false, ...given }: Partial<ReplayParameters> & { readonly dryRun?: boolean } = {},
  app?: App,
): Promise<string> {
  const id = v7();
  const [head] = await sql<{ position: number }>('select max(position)::integer as position from event_position');
  const parameters: ReplayParameters = {
    from: null,
    to: null,
    eventTypes: null,
    aggregateId: null,
    targets: [...targets],
    includeEffects: [],
    eventsPerSecond: null,
    upTo: head?.position ?? 0,
    ...given,
  };
  await insertJob(sql, {
    id,
    kind: 'REPLAY',
    subject: null,
    parameters,
    dryRun,
    requestedBy: v7(),
    reason: null,
    correlationId: v7(),
  });
  app?.bus.signals.raise(JOBS_SIGNAL);
  return id;
}

export async function untilOver(sql: Sql, id: string): Promise<BackgroundJob> {
  return waitFor(
    async () => {
      const job = await findJob(sql, id);
      return job?.finishedAt ? job : null;
    },
    { describe: 'the replay to end', timeoutMs: 30_000 },
  );
}
