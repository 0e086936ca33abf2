import { pageOfRecords, type PersonalData } from '../../graphql/personal-data.ts';

interface AccountRecord extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

/** The account itself; its erasure is the account's own behaviour. */
export const userPersonalData: PersonalData = {
  sections: [
    {
      name: 'account',
      async read(sql, personId, after, limit) {
        if (after !== null) return { records: [], next: null };
        const rows = await sql<AccountRecord>(
          `select u.id, u.email, u.username, u.first_name as "firstName", u.last_name as "lastName", u.is_active as "isActive",
                  u.email_verified_at as "emailVerifiedAt", u.created_at as "createdAt", u.updated_at as "updatedAt", r.name as role
           from app_user u join role r on r.id = u.role_id where u.id = $1`,
          [personId],
        );
        return pageOfRecords(rows, limit, ({ id }) => id);
      },
    },
  ],
};
