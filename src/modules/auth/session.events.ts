import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';
import { sensitive } from '../../event-store/sensitive-field.ts';

const sessionSnapshot = z
  .strictObject({
    id: z.uuid(),
    device: sensitive(z.string().nullable()),
    ip: sensitive(z.string().nullable()),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SessionSnapshot' });
export type SessionSnapshot = z.output<typeof sessionSnapshot>;

export const LOGIN_FAILURES = ['WRONG_PASSWORD', 'ACCOUNT_INACTIVE', 'NO_PASSWORD'] as const;
export type LoginFailure = (typeof LOGIN_FAILURES)[number];

/** What an account is closed to: the address that tried too often, or all addresses that have not signed in of late. */
export const LOCK_SCOPES = ['ADDRESS', 'ACCOUNT'] as const;
export type LockScope = (typeof LOCK_SCOPES)[number];

export const LOGOUT_REASONS = ['LOGOUT', 'REVOKED', 'REFRESH_TOKEN_REUSED', 'PASSWORD_CHANGED', 'DEACTIVATED'] as const;
export type LogoutReason = (typeof LOGOUT_REASONS)[number];

const aboutItself = (_data: unknown, aggregateId: string): string => aggregateId;

export const UserLoggedIn = defineEvent({
  type: 'USER_LOGGED_IN',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), session: sessionSnapshot }),
  subject: aboutItself,
});

export const UserLoggedOut = defineEvent({
  type: 'USER_LOGGED_OUT',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), sessionIds: z.array(z.uuid()), reason: z.enum(LOGOUT_REASONS) }),
  subject: aboutItself,
});

export const UserLoginFailed = defineEvent({
  type: 'USER_LOGIN_FAILED',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), reason: z.enum(LOGIN_FAILURES) }),
  subject: aboutItself,
});

/** Never for good: until the time it names. */
export const UserLocked = defineEvent({
  type: 'USER_LOCKED',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), scope: z.enum(LOCK_SCOPES), until: z.iso.datetime() }),
  subject: aboutItself,
});

/** Somebody asked for an account with the address of this one. They were answered like anybody else. */
export const UserRegistrationRepeated = defineEvent({
  type: 'USER_REGISTRATION_REPEATED',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), isFirstToday: z.boolean() }),
  subject: aboutItself,
});
