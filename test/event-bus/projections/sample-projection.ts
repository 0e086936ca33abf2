import { v7 } from 'uuid';
import type { Database } from '../../../src/database/database.ts';
import { type Sql, sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { type BackgroundJob, findJob, JOBS_SIGNAL } from '../../../src/event-bus/background-job.ts';
import { defineProjection, type Projection } from '../../../src/event-bus/define-projection.ts';
import { requestRebuild } from '../../../src/event-bus/projection-registry.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, type HandlerDeployment, type HandlerNode } from '../handlers/handler-deployment.ts';
import { EntryMade } from '../handlers/sample-ledger.ts';

export const TOTALS = 'ledger_total';

/** The sum of each ledger. `times` stands for what another version of the program does differently. */
export function totals({ version = 1, times = 1 }: { version?: number; times?: number } = {}): Projection {
  return defineProjection({
    name: TOTALS,
    version,
    events: [EntryMade],
    tables: [TOTALS],
    apply: [
      `insert into ledger_total as t (generation, ledger, total, entries)
       select generation, aggregate_id, sum((data->>'amount')::bigint) * ${times}, count(*) from batch group by generation, aggregate_id
       on conflict (generation, ledger) do update set total = t.total + excluded.total, entries = t.entries + excluded.entries`,
    ],
  });
}

async function createTotalsTable(sql: Sql): Promise<void> {
  await sql(`create table ledger_total (generation integer not null, ledger text not null, total bigint not null, entries integer not null,
    primary key (generation, ledger))`);
}

/** A deployment with the table of the sample projection. */
export async function createProjectionDeployment(): Promise<HandlerDeployment> {
  const deployment = await createHandlerDeployment();
  await createTotalsTable(deployment.sql);
  return deployment;
}

interface Read {
  /** 0 while no generation is complete. */
  readonly generation: number;
  readonly version: number;
  readonly total: number;
  readonly entries: number;
}

/** What a reader sees, in one statement. */
export async function readTotals(sql: Sql): Promise<Read> {
  const [row] = await sql<Read>(
    `select j.generation, j.version, coalesce(sum(t.total), 0)::integer as total, coalesce(sum(t.entries), 0)::integer as entries
     from projection j left join ledger_total t on t.generation = j.generation where j.name = $1 group by j.generation, j.version`,
    [TOTALS],
  );
  return row ?? { generation: 0, version: 0, total: 0, entries: 0 };
}

/** Which generations have rows. */
export async function generationsWithRows(sql: Sql): Promise<number[]> {
  const rows = await sql<{ generation: number }>('select distinct generation from ledger_total order by 1');
  return rows.map(({ generation }) => generation);
}

/** As `rebuildProjection` does. Returns the job's id. */
export async function rebuild({ app }: HandlerNode, projection: Projection = totals()): Promise<string> {
  const id = v7();
  await inTransaction(app.database, (sql) => requestRebuild(sql, projection, { id, requestedBy: v7(), reason: null }));
  app.bus.signals.raise(JOBS_SIGNAL);
  return id;
}

async function inTransaction(database: Database, work: (sql: Sql) => Promise<void>): Promise<void> {
  await transact(database, (em) => work(sqlOf(em)));
}

export async function untilEnded(sql: Sql, id: string): Promise<BackgroundJob> {
  return waitFor(
    async () => {
      const job = await findJob(sql, id);
      return job !== null && job.finishedAt !== null && job;
    },
    { describe: 'the rebuild to end', timeoutMs: 30_000 },
  );
}
