import type { Sql } from '../../database/sql.ts';
import type { AuditEntry, AuditOrigin } from './audit-chain.ts';

export interface StoredAuditEntry extends AuditEntry, AuditOrigin {
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly previousHash: string;
  readonly hash: string;
}

export interface AuditRow {
  readonly sequence: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly position: string;
  readonly action: string;
  readonly resource: string;
  readonly resource_id: string;
  readonly user_id: string | null;
  readonly subject_id: string | null;
  readonly correlation_id: string;
  readonly occurred_at: string | Date;
  readonly details_digest: string;
  readonly origin_digest: string;
  readonly previous_hash: string;
  readonly hash: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

export const ENTRY_COLUMNS = `a.sequence::text as sequence, a.event_id, a.event_type, a.position::text as position, a.action, a.resource,
  a.resource_id, a.user_id, a.subject_id, a.correlation_id, a.occurred_at, a.details_digest, a.origin_digest, a.previous_hash,
  a.hash, d.details, d.ip_address, d.user_agent`;

export interface AuditSearch {
  readonly userId?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly from?: Date | undefined;
  /** Inclusive. */
  readonly to?: Date | undefined;
}

/** The newest first, before the entry `before` if one is given. */
export async function searchEntries(
  sql: Sql,
  search: AuditSearch,
  before: string | null,
  limit: number,
): Promise<StoredAuditEntry[]> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  if (before !== null) conditions.push(`a.sequence < $${parameters.push(before)}`);
  const rows = await sql<AuditRow>(
    `select ${ENTRY_COLUMNS} from audit_log a left join audit_detail d on d.sequence = a.sequence
     ${whereOf(conditions)} order by a.sequence desc limit $${parameters.push(limit)}`,
    parameters,
  );
  return rows.map(entryOf);
}

export async function countEntries(sql: Sql, search: AuditSearch): Promise<number> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const rows = await sql<{ count: number }>(
    `select count(*)::int as count from audit_log a ${whereOf(conditions)}`,
    parameters,
  );
  return rows[0]?.count ?? 0;
}

function searchConditions(search: AuditSearch, parameters: unknown[]): string[] {
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  where((place) => `a.user_id = ${place}::uuid`, search.userId);
  where((place) => `a.action = ${place}`, search.action);
  where((place) => `a.resource = ${place}`, search.resource);
  where((place) => `a.resource_id = ${place}`, search.resourceId);
  where((place) => `a.correlation_id = ${place}`, search.correlationId);
  where((place) => `a.occurred_at >= ${place}::timestamptz`, search.from?.toISOString());
  where((place) => `a.occurred_at <= ${place}::timestamptz`, search.to?.toISOString());
  return conditions;
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

export function entryOf(row: AuditRow): StoredAuditEntry {
  return {
    sequence: Number(row.sequence),
    eventId: row.event_id,
    eventType: row.event_type,
    position: Number(row.position),
    action: row.action,
    resource: row.resource,
    resourceId: row.resource_id,
    userId: row.user_id,
    subjectId: row.subject_id,
    correlationId: row.correlation_id,
    occurredAt: new Date(row.occurred_at).toISOString(),
    detailsDigest: row.details_digest,
    originDigest: row.origin_digest,
    previousHash: row.previous_hash,
    hash: row.hash,
    details: row.details,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
  };
}
