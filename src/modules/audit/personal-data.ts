import { pageOfRecords, type PersonalData } from '../../graphql/personal-data.ts';

interface AuditRecord extends Readonly<Record<string, unknown>> {
  readonly sequence: string;
}

/**
 * What the person did and what was done to them. Of what others did, their address and device are none of the person's business.
 * An erasure blanks it by its own event (audit-log.handler.ts).
 */
export const auditPersonalData: PersonalData = {
  sections: [
    {
      name: 'auditEntries',
      async read(sql, personId, after, limit) {
        const rows = await sql<AuditRecord>(
          `select a.sequence::text as sequence, a.event_id as "eventId", a.action, a.resource, a.resource_id as "resourceId",
                  a.user_id as "userId", a.occurred_at as "occurredAt",
                  case when a.subject_id = $1 then d.details end as details,
                  case when coalesce(a.user_id, a.subject_id) = $1 then d.ip_address end as "ipAddress",
                  case when coalesce(a.user_id, a.subject_id) = $1 then d.user_agent end as "userAgent"
           from audit_log a left join audit_detail d on d.sequence = a.sequence
           where (a.subject_id = $1 or a.user_id = $1) and a.sequence > $2::bigint order by a.sequence limit $3`,
          [personId, after ?? '0', limit],
        );
        return pageOfRecords(rows, limit, ({ sequence }) => sequence);
      },
    },
  ],
};
