import { pageOfRecords, type PersonalData } from '../../graphql/personal-data.ts';

interface NotificationRecord extends Readonly<Record<string, unknown>> {
  readonly number: string;
}

/** A person's inbox, and what others were told about them. */
export const notificationsPersonalData: PersonalData = {
  sections: [
    {
      name: 'notifications',
      async read(sql, personId, after, limit) {
        const rows = await sql<NotificationRecord>(
          `select n.number::text as number, event_id as "eventId", event_type as "eventType", level, title, message,
                  created_at as "createdAt", read_at as "readAt"
           from notification n where n.recipient_id = $1 and n.number > $2::bigint order by n.number limit $3`,
          [personId, after ?? '0', limit],
        );
        return pageOfRecords(rows, limit, ({ number }) => number);
      },
    },
  ],
  async forget(sql, personId) {
    await sql('delete from notification where recipient_id = $1', [personId]);
    await sql(`update notification set message = '[erased]' where subject_id = $1 and message <> '[erased]'`, [
      personId,
    ]);
  },
};
