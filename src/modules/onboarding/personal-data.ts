import type { PersonalData } from '../../graphql/personal-data.ts';

export const onboardingPersonalData: PersonalData = {
  sections: [
    {
      name: 'onboarding',
      async read(sql, personId, after) {
        if (after !== null) return { records: [], next: null };
        const records = await sql<Record<string, unknown>>(
          `select current_step as "currentStep", started_at as "startedAt", welcome_email_sent_at as "welcomeEmailSentAt",
                  completed_at as "completedAt" from onboarding where user_id = $1`,
          [personId],
        );
        return { records, next: null };
      },
    },
  ],
  async forget(sql, personId) {
    await sql('delete from onboarding where user_id = $1', [personId]);
  },
};
