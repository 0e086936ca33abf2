import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

const sessionSnapshot = z
  .strictObject({
    id: z.uuid(),
    device: z.string().nullable(),
    ip: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SessionSnapshot' });
export type SessionSnapshot = z.output<typeof sessionSnapshot>;

export const LOGIN_FAILURES = ['WRONG_PASSWORD', 'ACCOUNT_INACTIVE', 'NO_PASSWORD'] as const;
export type LoginFailure = (typeof LOGIN_FAILURES)[number];

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
