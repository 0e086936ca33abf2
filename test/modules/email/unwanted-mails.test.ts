import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { createLogger } from '../../../src/config/logger.ts';
import type { Handler } from '../../../src/event-bus/define-handler.ts';
import type { EventDefinition } from '../../../src/event-store/define-event.ts';
import type { StoredEvent } from '../../../src/event-store/domain-event.ts';
import { startEmail } from '../../../src/modules/email/email-services.ts';
import { emailModule } from '../../../src/modules/email/index.ts';
import { SAMPLE } from '../../../src/modules/email/sample-mails.ts';
import { SendWelcomeEmail } from '../../../src/modules/onboarding/onboarding.events.ts';
import { OrderCreated } from '../../../src/modules/orders/order.events.ts';
import { PaymentProcessed } from '../../../src/modules/payments/payment.events.ts';
import { UserPasswordChanged, UserUpdated } from '../../../src/modules/users/user.events.ts';
import { UsersImportCompleted } from '../../../src/modules/users/user-import.events.ts';
import { createUser } from '../../support/factories.ts';
import { startTestApp } from '../../support/test-app.ts';
import { NEVER } from './sample-mail.ts';

test('who wants no mails still gets those about the security of the account, and the one that ends the registration', async () => {
  await using app = await startTestApp();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-mails-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const email = cleanup.use(
    startEmail({
      config: { kind: 'folder', dir: folder, from: 'robot@example.com' },
      publicUrl: 'https://app.example.org',
      users: app.app.services.users,
      reader: () => app.app.database.orm.em.fork(),
      wantsMail: async () => false,
      issueToken: () => Promise.reject(new Error('No mail of this test has a token.')),
      logger: createLogger({ level: 'silent' }),
    }),
  );
  const { id } = await createUser(app.admin.client);
  const handlers = emailModule.handlers?.({ ...app.app.services, email }) ?? [];

  const user = { ...SAMPLE.user, id };
  const happened: [EventDefinition, object][] = [
    [SendWelcomeEmail, { user }],
    [UserUpdated, { user: { ...user, email: 'new@example.org' }, previousData: user }],
    [UserPasswordChanged, { userId: id }],
    [OrderCreated, { order: { ...SAMPLE.order, customerId: id } }],
    [PaymentProcessed, { payment: { ...SAMPLE.payment, customerId: id }, orderId: SAMPLE.order.id }],
    [UsersImportCompleted, { totals: { requested: 0, imported: 0, failed: 0 }, importedUsers: [], failures: [] }],
  ];
  for (const [definition, data] of happened) {
    for (const handler of handlers.filter(({ events }) => events.includes(definition))) {
      await run(handler, eventOf(definition, data, id));
    }
  }

  const kinds = (await readdir(folder)).map((name) => /Z-(.*)-[0-9a-f]{40}\.eml$/.exec(name)?.[1] ?? name);
  expect(kinds.toSorted()).toEqual(['address-added', 'address-removed', 'password-changed', 'welcome']);
});

async function run(handler: Handler, event: StoredEvent): Promise<void> {
  if (handler.kind !== 'EXTERNAL') throw new Error('Mails are outside effects.');
  await handler.handle(event, { dedupeKey: 'unused', attempt: 1, signal: NEVER });
}

function eventOf(definition: EventDefinition, data: object, userId: string): StoredEvent {
  const id = v7();
  return {
    id,
    type: definition.type,
    schemaVersion: definition.schemaVersion,
    aggregateType: definition.aggregateType,
    aggregateId: v7(),
    subjectId: null,
    data: definition.data.parse(data),
    version: 1,
    commandId: v7(),
    timestamp: new Date().toISOString(),
    metadata: { userId, correlationId: v7(), causationId: null, ipAddress: null, userAgent: null },
    position: 1,
  };
}
