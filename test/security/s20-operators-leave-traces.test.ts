import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLE } from '../../src/modules/email/sample-mails.ts';
import { SendWelcomeEmail } from '../../src/modules/onboarding/onboarding.events.ts';
import { appendTestEvents } from '../support/append-test-events.ts';
import { AUDIT_LOGS, type AuditLogPage, untilAudited } from '../support/audit-log.ts';
import { createUser, signedInUser, type SignedIn } from '../support/factories.ts';
import { securityLines } from '../support/security-lines.ts';
import { countEvents } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const HANDLER = 'welcome-mail';
const A_STRING = expect.any(String) as unknown;

let app: TestApp;
let manager: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  manager = await signedInUser(app.admin.client, { role: 'manager' });
});
afterAll(() => app[Symbol.asyncDispose]());

/** A welcome mail whose address can stand in no header is given up at once. */
async function deadLetter(): Promise<string> {
  const { id } = await createUser(app.admin.client);
  const user = { ...SAMPLE.user, id, email: 'a@example.com\r\nBcc: b@example.com' };
  await appendTestEvents(app.app, SendWelcomeEmail, [{ aggregateId: user.id, data: { user } }]);
  const found = await waitFor(
    async () => {
      const { deadLetters } = await app.admin.client.ask<{
        deadLetters: { edges: { node: { id: string; aggregateId: string } }[] };
      }>(`{ deadLetters(handler: "${HANDLER}", first: 100) { edges { node { id aggregateId } } } }`);
      return deadLetters.edges.find(({ node }) => node.aggregateId === user.id);
    },
    { describe: 'the dead letter' },
  );
  return found.node.id;
}

interface Entry {
  readonly action: string;
  readonly userId: string | null;
  readonly details: unknown;
}

async function lastEntry(): Promise<Entry | undefined> {
  await untilAudited(app.sql);
  const page = await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, { filter: { resourceId: HANDLER }, first: 1 });
  const node = page.auditLogs.edges[0]?.node;
  return node && { action: node.action, userId: node.userId, details: node.details };
}

const control = (field: string, argument: string, reason: string) =>
  `mutation { ${field}(${argument}, reason: ${JSON.stringify(reason)}) { __typename ... on Error { code message } } }`;

test('who pauses and resumes a handler, retries and discards, is in the audit log with the reason', async () => {
  const [first, second] = [await deadLetter(), await deadLetter()];
  const steps: readonly [string, string, string, unknown][] = [
    ['pauseHandler', `name: "${HANDLER}"`, 'PAUSE', { reason: 'pauseHandler' }],
    ['resumeHandler', `name: "${HANDLER}"`, 'RESUME', { reason: 'resumeHandler' }],
    ['retryDeadLetter', `id: "${first}"`, 'RETRY', { reason: 'retryDeadLetter', eventIds: [A_STRING] }],
    ['discardDeadLetter', `id: "${second}"`, 'DISCARD', { reason: 'discardDeadLetter', eventId: A_STRING }],
  ];
  for (const [field, argument, action, details] of steps) {
    await app.admin.client.ask(control(field, argument, field));
    expect(await lastEntry()).toEqual({ action, userId: app.admin.user.id, details });
  }
});

test('a reason that is none is refused', async () => {
  for (const reason of ['', '  ', 'x'.repeat(501)]) {
    const answer = await app.admin.client.ask<Record<string, { code: string }>>(
      control('pauseHandler', `name: "${HANDLER}"`, reason),
    );
    expect(answer['pauseHandler']?.code).toBe('VALIDATION_FAILED');
  }
});

test('a manager may neither look at nor steer what only administrators may', async () => {
  const letter = await deadLetter();
  const events = await countEvents(app.sql);
  for (const query of [
    '{ events { edges { cursor } } }',
    '{ handlers { name } }',
    '{ deadLetters { totalCount } }',
    '{ eventBusHealth { status } }',
    '{ auditLogs { totalCount } }',
    '{ verifyAuditChain { valid } }',
    control('pauseHandler', `name: "${HANDLER}"`, 'curiosity'),
    control('resumeHandler', `name: "${HANDLER}"`, 'curiosity'),
    control('retryDeadLetter', `id: "${letter}"`, 'curiosity'),
    control('retryDeadLetters', `handler: "${HANDLER}"`, 'curiosity'),
    control('discardDeadLetter', `id: "${letter}"`, 'curiosity'),
  ]) {
    expect([query, await manager.client.codeOf(query)]).toEqual([query, 'FORBIDDEN']);
  }
  expect(await countEvents(app.sql)).toBe(events);
});

test('who reads everybody’s history leaves a line with what they looked for', async () => {
  await app.admin.client.ask(
    `query ($id: ID!) { events(filter: { aggregateId: $id, from: "2026-01-01T00:00:00Z", types: [USER_CREATED] }) { edges { cursor } } }`,
    { id: manager.user.id },
  );
  expect(securityLines(app.logs, 'HISTORY_READ').at(-1)).toMatchObject({
    userId: app.admin.user.id,
    aggregateId: manager.user.id,
    from: '2026-01-01T00:00:00.000Z',
    types: ['USER_CREATED'],
  });
});
