import type { SqlEntityManager } from '@mikro-orm/sql';
import { ValidationError } from '../../errors.ts';
import type { AccessTokens } from './access-token.ts';
import type { AttemptLimiter } from './attempt-limiter.ts';
import type { Claim } from './hash-slots.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-policy.ts';
import { endSessions, endSessionsOf } from './session.repository.ts';
import type { SignInJournal } from './sign-in-journal.ts';
import type { SessionStandings } from './session-standings.ts';

export interface AuthServices {
  readonly passwords: PasswordHasher;
  readonly tokens: AccessTokens;
  readonly standings: SessionStandings;
  readonly loginAttempts: AttemptLimiter;
  readonly registrationAttempts: AttemptLimiter;
  readonly tokenAttempts: AttemptLimiter;
  readonly resetAttempts: AttemptLimiter;
  /** Of the mails that tell an owner that somebody registered with their address; one a day. */
  readonly registrationNotices: AttemptLimiter;
  readonly journal: SignInJournal;
  readonly refreshDays: number;
  readonly refreshGraceSeconds: number;
  /** Why a new password may not be chosen, as a sentence for its owner, or null. */
  passwordProblem(password: string, person: { email: string; username: string }): string | null;
  /** Checks a new password against the policy and hashes it. @throws ValidationError, RequestError RATE_LIMITED */
  hashNewPassword(
    password: string,
    person: { email: string; username: string },
    claim: Claim,
    field?: string,
  ): Promise<string>;
}

/** For modules that end sessions as part of a change of their own. */
export interface SessionServices {
  /** Returns the ids of the sessions that were open. */
  endAll(em: SqlEntityManager, userId: string): Promise<string[]>;
  /** The same for many users; who had none open is left out. */
  endAllOf(em: SqlEntityManager, userIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

export function createAuthServices(parts: Omit<AuthServices, 'hashNewPassword' | 'passwordProblem'>): AuthServices {
  const passwordProblem: AuthServices['passwordProblem'] = (password, { email, username }) =>
    checkPassword(password, [email, username]);
  return {
    ...parts,
    passwordProblem,
    hashNewPassword: async (password, person, claim, field = 'password') => {
      const problem = passwordProblem(password, person);
      if (problem) throw ValidationError.at(field, problem);
      return parts.passwords.hash(password, claim);
    },
  };
}

export const sessionServices: SessionServices = {
  endAll: (em, userId) => endSessions(em, userId),
  endAllOf: endSessionsOf,
};

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly auth: AuthServices;
    readonly sessions: SessionServices;
  }
}
