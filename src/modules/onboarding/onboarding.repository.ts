import { type Sql, sqlOf } from '../../database/sql.ts';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { OnboardingSnapshot } from './onboarding.events.ts';

/** No aggregate: what matters about it is recorded as events of its user, under the lock of the user's stream. */
export interface Onboarding {
  readonly userId: string;
  /** Null when all are done. */
  readonly currentStep: string | null;
  readonly startedAt: Date;
  readonly welcomeEmailSentAt: Date | null;
  readonly completedAt: Date | null;
}

interface OnboardingRow {
  readonly user_id: string;
  readonly current_step: string | null;
  readonly started_at: string;
  readonly welcome_email_sent_at: string | null;
  readonly completed_at: string | null;
}

const COLUMNS = 'user_id, current_step, started_at, welcome_email_sent_at, completed_at';

export async function findOnboardings(em: SqlEntityManager, userIds: readonly string[]): Promise<Onboarding[]> {
  const rows = await sqlOf(em)<OnboardingRow>(`select ${COLUMNS} from onboarding where user_id = any($1::uuid[])`, [
    userIds,
  ]);
  return rows.map(onboardingOf);
}

/** Null when there is one already. */
export async function insertOnboarding(sql: Sql, userId: string, step: string, now: Date): Promise<Onboarding | null> {
  const rows = await sql<OnboardingRow>(
    `insert into onboarding (user_id, current_step, started_at) values ($1, $2, $3)
     on conflict (user_id) do nothing returning ${COLUMNS}`,
    [userId, step, now],
  );
  return rows[0] ? onboardingOf(rows[0]) : null;
}

export async function moveOnboarding(
  sql: Sql,
  userId: string,
  to: { readonly step: string | null; readonly now: Date },
): Promise<Onboarding> {
  const rows = await sql<OnboardingRow>(
    `update onboarding set current_step = $2, completed_at = case when $2::text is null then $3::timestamptz end
     where user_id = $1 returning ${COLUMNS}`,
    [userId, to.step, to.now],
  );
  if (!rows[0]) throw new Error('The onboarding vanished under its lock.');
  return onboardingOf(rows[0]);
}

/** Null when there is none that is still at this step. */
export async function deleteOnboarding(sql: Sql, userId: string, step: string): Promise<Onboarding | null> {
  const rows = await sql<OnboardingRow>(
    `delete from onboarding where user_id = $1 and current_step = $2 returning ${COLUMNS}`,
    [userId, step],
  );
  return rows[0] ? onboardingOf(rows[0]) : null;
}

/** Keeps the time that was noted first. */
export async function noteWelcomeMail(sql: Sql, userId: string, at: Date): Promise<void> {
  await sql('update onboarding set welcome_email_sent_at = $2 where user_id = $1 and welcome_email_sent_at is null', [
    userId,
    at,
  ]);
}

export function snapshotOf({ startedAt, welcomeEmailSentAt, completedAt, ...rest }: Onboarding): OnboardingSnapshot {
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    welcomeEmailSentAt: welcomeEmailSentAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
  };
}

function onboardingOf(row: OnboardingRow): Onboarding {
  return {
    userId: row.user_id,
    currentStep: row.current_step,
    startedAt: new Date(row.started_at),
    welcomeEmailSentAt: row.welcome_email_sent_at === null ? null : new Date(row.welcome_email_sent_at),
    completedAt: row.completed_at === null ? null : new Date(row.completed_at),
  };
}
