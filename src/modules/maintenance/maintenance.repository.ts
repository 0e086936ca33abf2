import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, type Sql } from '../../database/sql.ts';
import type { Sourced } from '../../event-store/event-sourced-repository.ts';
import type { MaintenanceSnapshot } from './maintenance.events.ts';

/** The read model: one row, the last window. Written in the transaction of its events. */
export async function writeMaintenance(
  em: SqlEntityManager,
  changed: readonly Sourced<MaintenanceSnapshot | null>[],
): Promise<void> {
  for (const { id, version, state } of changed) {
    if (!state) continue;
    await putOff(em, {
      text: `insert into system_maintenance (id, version, reason, started_at, expected_end, completed_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update
         set version = excluded.version, reason = excluded.reason, started_at = excluded.started_at,
             expected_end = excluded.expected_end, completed_at = excluded.completed_at`,
      values: [id, version, state.reason, state.startedAt, state.expectedEnd, state.completedAt],
    });
  }
}

interface MaintenanceRow {
  readonly reason: string;
  readonly started_at: Date | string;
  readonly expected_end: Date | string | null;
}

/** The window that is open now, or null. */
export async function findOpenMaintenance(sql: Sql): Promise<MaintenanceSnapshot | null> {
  const [row] = await sql<MaintenanceRow>(
    'select reason, started_at, expected_end from system_maintenance where completed_at is null',
  );
  if (!row) return null;
  return {
    reason: row.reason,
    startedAt: new Date(row.started_at).toISOString(),
    expectedEnd: row.expected_end === null ? null : new Date(row.expected_end).toISOString(),
    completedAt: null,
  };
}
