import { expect, test } from 'vitest';
import { onboardingOf } from '../modules/onboarding/onboarding-client.ts';
import { settingsOf } from '../modules/settings/settings-client.ts';
import { tokenOf, userNumbers } from '../modules/statistics/statistics-client.ts';
import { AUDIT_LOGS, type AuditLogPage, untilAudited } from '../support/audit-log.ts';
import { personInput } from '../support/factories.ts';
import { inboxOf, untilNotified } from '../support/inbox.ts';
import { MUTATIONS } from '../support/operations.ts';
import { untilSagaIs } from '../support/sagas.ts';
import { findLogFaults } from '../support/stored-log.ts';
import type { Backend } from '../support/test-app.ts';
import { startJourney } from './journey-deployment.ts';

test.for(['postgres', 'embedded'] as const satisfies Backend[])(
  'making a user leads to everything that belongs to an account, each once (%s)',
  { timeout: 60_000 },
  async (backend) => {
    await using journey = await startJourney(backend);
    const { here, there, admin, mailsTo } = journey;
    const client = admin.client.at(there.url);
    const input = personInput({ email: 'ada@example.org' });
    const token = await tokenOf(admin.client, MUTATIONS.createUser, { input });
    expect(await userNumbers(client, token)).toEqual([2, 2, 0, 2]);

    const { users } = await client.ask<{ users: { edges: { node: { id: string } }[] } }>(
      'query ($search: String) { users(filter: { search: $search }, first: 1) { edges { node { id } } } }',
      { search: input.email },
    );
    const id = users.edges[0]?.node.id ?? '';
    const saga = await untilSagaIs(client, 'registration', id, 'COMPLETED');
    const events = await here.app.bus.log.readStream('User', id);
    expect(events.map(({ type }) => type)).toEqual([
      'USER_CREATED',
      'USER_REGISTRATION_COMPLETED',
      'USER_ONBOARDING_STARTED',
      'SEND_WELCOME_EMAIL',
      'WELCOME_EMAIL_SENT',
    ]);
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    // Who asked for it can follow it to its last consequence.
    expect(events.map(({ metadata }) => metadata.correlationId)).toEqual(events.map(() => saga.correlationId));
    expect(events[4]?.metadata.causationId).toBe(events[3]?.id);
    expect(mailsTo(input.email, 'Welcome ')).toHaveLength(1);
    expect(await settingsOf(client, id)).toMatchObject({ theme: 'LIGHT', emailNotifications: true });
    expect(await onboardingOf(client, id)).toMatchObject({ currentStep: 'WELCOME', welcomeEmailSent: true });

    await untilAudited(there.sql);
    const { auditLogs } = await client.ask<AuditLogPage>(AUDIT_LOGS, { filter: { resourceId: id } });
    expect(auditLogs.edges.map(({ node }) => `${node.action} ${node.eventType}`).toReversed()).toEqual([
      'CREATE USER_CREATED',
      'COMPLETE USER_REGISTRATION_COMPLETED',
      'START USER_ONBOARDING_STARTED',
    ]);
    await untilNotified(there.sql);
    const told = (await inboxOf(client)).filter(({ eventId }) => eventId === events[0]?.id);
    expect(told.map(({ type, eventType }) => [type, eventType])).toEqual([['SUCCESS', 'USER_CREATED']]);
    expect(await findLogFaults(there.sql)).toEqual([]);
  },
);
