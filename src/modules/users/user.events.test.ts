import { expect, test } from 'vitest';
import { EventCatalogue } from '../../event-store/event-catalogue.ts';
import { SendWelcomeEmail, WelcomeEmailSent } from '../onboarding/onboarding.events.ts';
import { UserCreated, UserDeleted, UserRegistrationCompleted, UserUpdated } from './user.events.ts';

const USER = {
  id: '01a2095a-f686-7294-ae88-05e1da639557',
  email: 'ada@example.org',
  username: 'ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
  isActive: true,
  roleId: '01a2095a-f439-71dc-b88a-527656b18dce',
  version: 1,
  createdAt: '2026-11-23T17:00:00.000Z',
  updatedAt: '2026-11-23T17:00:00.000Z',
};

test.for([
  [UserCreated, { user: USER }],
  [UserRegistrationCompleted, { user: USER, registrationSource: 'self' }],
  [UserUpdated, { user: USER, previousData: USER }],
  [UserDeleted, { userId: USER.id, previousData: USER }],
  [SendWelcomeEmail, { user: USER }],
  [WelcomeEmailSent, { user: USER }],
] as const)('%o of the time before addresses were verified tells of an unverified one', ([definition, stored]) => {
  const { schemaVersion, data } = new EventCatalogue([definition]).upcast(definition.type, 1, stored);
  expect(schemaVersion).toBe(2);
  const verified = { ...USER, emailVerified: false };
  const expected = Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [name, value === USER ? verified : value]),
  );
  expect(definition.data.parse(data)).toEqual(expected);
});
