import type { PersonalData } from '../../graphql/personal-data.ts';

/** Removed with the account they belong to. */
export const settingsPersonalData: PersonalData = {
  sections: [
    {
      name: 'settings',
      async read(sql, personId, after) {
        if (after !== null) return { records: [], next: null };
        const records = await sql<Record<string, unknown>>(
          `select theme, language, email_notifications as "emailNotifications", sms_notifications as "smsNotifications",
                  marketing_emails as "marketingEmails", created_at as "createdAt", updated_at as "updatedAt"
           from user_settings where user_id = $1`,
          [personId],
        );
        return { records, next: null };
      },
    },
  ],
};
