import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, type Sql } from '../database/sql.ts';

/** The state of one aggregate after a version, so that loading it need not begin at the first event. */
export interface Snapshot {
  readonly aggregateId: string;
  readonly version: number;
  /** Whose data the state may hold. */
  readonly subjectId: string | null;
  /** Plain JSON. */
  readonly state: unknown;
}

/**
 * Keeps the newest snapshot of each aggregate; one of an older fold or version never replaces a newer one. In the
 * transaction of `em`, and not waited for.
 */
export async function saveSnapshots(
  em: SqlEntityManager,
  { type, foldVersion }: { readonly type: string; readonly foldVersion: number },
  snapshots: readonly Snapshot[],
): Promise<void> {
  if (snapshots.length === 0) return;
  await putOff(em, {
    text: `insert into aggregate_snapshot as s (aggregate_type, aggregate_id, fold_version, version, subject_id, state)
     select $1, n.id, $2, n.version, n.subject, n.state::jsonb
     from unnest($3::text[], $4::integer[], $5::uuid[], $6::text[]) as n (id, version, subject, state)
     on conflict (aggregate_type, aggregate_id) do update
       set fold_version = excluded.fold_version, version = excluded.version, subject_id = excluded.subject_id,
           state = excluded.state, taken_at = excluded.taken_at
       where (s.fold_version, s.version) < (excluded.fold_version, excluded.version)`,
    values: [
      type,
      foldVersion,
      snapshots.map((snapshot) => snapshot.aggregateId),
      snapshots.map((snapshot) => snapshot.version),
      snapshots.map((snapshot) => snapshot.subjectId),
      snapshots.map((snapshot) => JSON.stringify(snapshot.state)),
    ],
  });
}

/** Forgets every snapshot that may hold data of this person. Nothing is lost: the events are the truth. */
export async function deleteSnapshotsAbout(sql: Sql, subjectId: string): Promise<void> {
  await sql('delete from aggregate_snapshot where subject_id = $1', [subjectId]);
}
