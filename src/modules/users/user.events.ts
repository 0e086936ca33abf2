import { z } from 'zod';
import { defineEvent, type Upcaster } from '../../event-store/define-event.ts';
import { sensitive } from '../../event-store/sensitive-field.ts';

export const userSnapshot = z
  .strictObject({
    id: z.uuid(),
    email: sensitive(z.string()),
    username: sensitive(z.string()),
    firstName: sensitive(z.string()),
    lastName: sensitive(z.string()),
    isActive: z.boolean(),
    emailVerified: z.boolean(),
    roleId: z.uuid(),
    version: z.int32(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserSnapshot' });
export type UserSnapshot = z.output<typeof userSnapshot>;

/** From version 1, which knew no verified addresses, of every event that holds a user. */
export const withoutVerification: Upcaster = ({ user, previousData, ...rest }) => ({
  ...rest,
  ...unverified('user', user),
  ...unverified('previousData', previousData),
});

function unverified(name: string, user: unknown): object {
  return typeof user === 'object' && user !== null ? { [name]: { ...user, emailVerified: false } } : {};
}

export const REGISTRATION_SOURCES = ['self', 'admin', 'import'] as const;
export type RegistrationSource = (typeof REGISTRATION_SOURCES)[number];

/** The person is the aggregate itself. */
const aboutItself = (_data: unknown, aggregateId: string): string => aggregateId;

export const UserCreated = defineEvent({
  type: 'USER_CREATED',
  aggregateType: 'User',
  schemaVersion: 2,
  upcasters: { 1: withoutVerification },
  data: z.object({ user: userSnapshot }),
  subject: aboutItself,
});

export const UserRegistrationCompleted = defineEvent({
  type: 'USER_REGISTRATION_COMPLETED',
  aggregateType: 'User',
  schemaVersion: 2,
  upcasters: { 1: withoutVerification },
  data: z.object({ user: userSnapshot, registrationSource: z.enum(REGISTRATION_SOURCES) }),
  subject: aboutItself,
});

export const UserUpdated = defineEvent({
  type: 'USER_UPDATED',
  aggregateType: 'User',
  schemaVersion: 2,
  upcasters: { 1: withoutVerification },
  data: z.object({ user: userSnapshot, previousData: userSnapshot }),
  subject: aboutItself,
});

export const UserDeleted = defineEvent({
  type: 'USER_DELETED',
  aggregateType: 'User',
  schemaVersion: 2,
  upcasters: { 1: withoutVerification },
  data: z.object({ userId: z.uuid(), previousData: userSnapshot }),
  subject: aboutItself,
});

export const UserEmailVerified = defineEvent({
  type: 'USER_EMAIL_VERIFIED',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), user: userSnapshot }),
  subject: aboutItself,
});

export const UserPasswordChanged = defineEvent({
  type: 'USER_PASSWORD_CHANGED',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid() }),
  subject: aboutItself,
});

export const userEvents = [
  UserCreated,
  UserRegistrationCompleted,
  UserUpdated,
  UserDeleted,
  UserPasswordChanged,
  UserEmailVerified,
] as const;
