import { pageOfRecords, type PersonalData } from '../../graphql/personal-data.ts';

interface SessionRecord extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

/** Sessions without their tokens, of which only hashes are kept. */
export const authPersonalData: PersonalData = {
  sections: [
    {
      name: 'sessions',
      async read(sql, personId, after, limit) {
        const rows = await sql<SessionRecord>(
          `select id, device, ip, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt",
                  revoked_at as "revokedAt"
           from session where user_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
          [personId, after, limit],
        );
        return pageOfRecords(rows, limit, ({ id }) => id);
      },
    },
  ],
  async forget(sql, personId) {
    await sql('delete from session where user_id = $1', [personId]);
    await sql('delete from account_token where user_id = $1', [personId]);
  },
};
