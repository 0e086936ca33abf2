import type { Sql } from '../../database/sql.ts';
import { type AuditEntry, type AuditOrigin, GENESIS_HASH } from './audit-chain.ts';
import { type AuditRow, ENTRY_COLUMNS, entryOf, type StoredAuditEntry } from './audit-log.repository.ts';

export interface ChainHead {
  /** 0 while the chain is empty. */
  readonly sequence: number;
  readonly hash: string;
}

export interface NewAuditEntry extends AuditEntry, AuditOrigin {
  readonly details: Readonly<Record<string, unknown>>;
  readonly detailsSalt: string;
  readonly originSalt: string;
  readonly previousHash: string;
  readonly hash: string;
}

const CHAIN_LOCK = 7_236_005;

/** The chain's end, which nobody else moves until the transaction is over, whatever else runs this handler. */
export async function lockChain(sql: Sql): Promise<ChainHead> {
  await sql('select pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
  const [row] = await sql<{ sequence: string; hash: string }>(
    'select a.sequence::text as sequence, a.hash from audit_log a order by a.sequence desc limit 1',
  );
  return row ? { sequence: Number(row.sequence), hash: row.hash } : { sequence: 0, hash: GENESIS_HASH };
}

/** Which of the events are in the chain. */
export async function findRecorded(sql: Sql, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ event_id: string }>('select event_id from audit_log where event_id = any($1::uuid[])', [
    eventIds,
  ]);
  return new Set(rows.map((row) => row.event_id));
}

/** One statement for a whole batch. */
export async function appendEntries(sql: Sql, entries: readonly NewAuditEntry[]): Promise<void> {
  await sql(
    `with e as materialized (
       select * from jsonb_to_recordset($1::jsonb) as r (
         sequence bigint, "eventId" uuid, "eventType" text, position bigint, action text, resource text, "resourceId" text,
         "userId" uuid, "subjectId" uuid, "correlationId" text, "occurredAt" timestamptz, "detailsDigest" text, "originDigest" text,
         "previousHash" text, hash text, details jsonb, "detailsSalt" text, "ipAddress" text, "userAgent" text, "originSalt" text)
     ), detail as (
       insert into audit_detail (sequence, details, details_salt, ip_address, user_agent, origin_salt)
       select sequence, details, "detailsSalt", "ipAddress", "userAgent", "originSalt" from e
     )
     insert into audit_log (sequence, event_id, event_type, position, action, resource, resource_id, user_id, subject_id,
                            correlation_id, occurred_at, details_digest, origin_digest, previous_hash, hash)
     select sequence, "eventId", "eventType", position, action, resource, "resourceId", "userId", "subjectId",
            "correlationId", "occurredAt", "detailsDigest", "originDigest", "previousHash", hash from e order by sequence`,
    [JSON.stringify(entries)],
  );
}

/** Blanks what the log holds of the erased, and of those among `involved` who were erased earlier: their event came late. */
export async function purgePeople(sql: Sql, erased: readonly string[], involved: readonly string[]): Promise<void> {
  await sql(
    `select purge_audit_details(person) from (
       select unnest($1::uuid[]) as person union select person_id from audit_purge where person_id = any($2::uuid[])
     ) as people`,
    [erased, involved],
  );
}

/** An entry with what it takes to check it. */
export interface ChainLink extends StoredAuditEntry {
  readonly detailsSalt: string | null;
  readonly originSalt: string | null;
  /** Whether the person the details belong to was erased: then they may be absent. */
  readonly detailsPurged: boolean;
  readonly originPurged: boolean;
}

interface LinkRow extends AuditRow {
  readonly details_salt: string | null;
  readonly origin_salt: string | null;
  readonly details_purged: boolean;
  readonly origin_purged: boolean;
}

/** The links behind an entry, in order. */
export async function readLinks(sql: Sql, after: number, limit: number): Promise<ChainLink[]> {
  const rows = await sql<LinkRow>(
    `select ${ENTRY_COLUMNS}, d.details_salt, d.origin_salt,
            exists (select from audit_purge where person_id = a.subject_id) as details_purged,
            exists (select from audit_purge where person_id = coalesce(a.user_id, a.subject_id)) as origin_purged
     from audit_log a left join audit_detail d on d.sequence = a.sequence where a.sequence > $1 order by a.sequence limit $2`,
    [after, limit],
  );
  return rows.map((row) => ({
    ...entryOf(row),
    detailsSalt: row.details_salt,
    originSalt: row.origin_salt,
    detailsPurged: row.details_purged,
    originPurged: row.origin_purged,
  }));
}

/** Where a check may begin: behind this entry. Null when there is no such entry. */
export async function findAnchor(sql: Sql, sequence: number): Promise<{ hash: string; position: number } | null> {
  const [row] = await sql<{ hash: string; position: string }>(
    'select hash, position::text as position from audit_log where sequence = $1',
    [sequence],
  );
  return row ? { hash: row.hash, position: Number(row.position) } : null;
}

/**
 * An event behind the chain's end that its handler has passed, and that is neither in the chain nor parked: its entry
 * was cut off. The chain alone cannot show that its end is missing; the event log can.
 */
export async function findCutOff(
  sql: Sql,
  handler: string,
  types: readonly string[],
  lastPosition: number,
): Promise<string | null> {
  const [row] = await sql<{ event_id: string }>(
    `select p.event_id from event_position p
     where p.type = any($2::text[]) and p.position > $3
       and p.position <= (select min(l.position) from handler_lane l where l.handler = $1)
       and not exists (select from audit_log a where a.event_id = p.event_id)
       and not exists (select from parked_event k where k.handler = $1 and k.position = p.position)
     order by p.position limit 1`,
    [handler, types, lastPosition],
  );
  return row?.event_id ?? null;
}
