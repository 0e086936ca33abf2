import type { Sql } from '../../src/database/sql.ts';
import { AUDIT_RULES } from '../../src/modules/audit/audit-rules.ts';
import { waitFor } from './wait-for.ts';

const TYPES = AUDIT_RULES.map((rule) => rule.definition.type);

/** Until every audited event of the log has its entry; returns how many there are. */
export async function untilAudited(sql: Sql): Promise<number> {
  const done = await waitFor(
    async () => {
      const [row] = await sql<{ open: number; entries: number }>(
        `select (select count(*)::int from event e where e.type = any($1::text[])
                 and not exists (select from audit_log a where a.event_id = e.id)) as open,
                (select count(*)::int from audit_log) as entries`,
        [TYPES],
      );
      return row?.open === 0 && row;
    },
    { describe: 'every audited event to have its entry' },
  );
  return done.entries;
}

export const AUDIT_LOGS = `query ($filter: AuditLogFilter, $first: Int, $after: String) {
  auditLogs(filter: $filter, first: $first, after: $after) {
    edges { cursor node {
      id sequence eventId eventType action resource resourceId userId details ipAddress userAgent correlationId createdAt previousHash hash
    } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`;

export interface ShownAuditLog {
  readonly id: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly userId: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly correlationId: string;
  readonly createdAt: string;
  readonly previousHash: string;
  readonly hash: string;
}

export interface AuditLogPage {
  readonly auditLogs: {
    readonly edges: readonly { readonly cursor: string; readonly node: ShownAuditLog }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly totalCount: number;
  };
}

export const VERIFY_AUDIT_CHAIN = `query ($after: SafeInt) {
  verifyAuditChain(after: $after) {
    valid complete checkedEntries purgedEntries lastSequence headHash firstBroken { sequence eventId fault }
  }
}`;

export interface ShownReport {
  readonly verifyAuditChain: {
    readonly valid: boolean;
    readonly complete: boolean;
    readonly checkedEntries: number;
    readonly purgedEntries: number;
    readonly lastSequence: number;
    readonly headHash: string;
    readonly firstBroken: { readonly sequence: number; readonly eventId: string | null; readonly fault: string } | null;
  };
}
