import { v7 } from 'uuid';
import { sqlOf } from '../../../src/database/sql.ts';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import type { EventDataOf, EventDefinition } from '../../../src/event-store/define-event.ts';
import { currentEventContext } from '../../../src/event-store/event-context.ts';
import { newEvent } from '../../../src/event-store/new-event.ts';
import { subjectKeysOf } from '../../../src/event-store/subject-keys.ts';
import type { CaughtMail, SmtpSink } from '../../support/smtp-sink.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

export interface MailApp extends TestApp {
  readonly sink: SmtpSink;
}

/** An app that mails to a sink of its own. */
export async function startMailApp(
  env: Readonly<Record<string, string>> = {},
  sagas: 'running' | 'paused' = 'paused',
): Promise<MailApp> {
  await using cleanup = new AsyncDisposableStack();
  const sink = cleanup.use(await startSmtpSink());
  const app = cleanup.use(
    await startTestApp({ sagas, env: { SMTP_URL: sink.url, MAIL_FROM: 'Signalbox <robot@example.com>', ...env } }),
  );
  const owned = cleanup.move();
  return { ...app, sink, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Stores an event of a new aggregate as if its module had recorded it; returns its id. */
export async function storeEvent<Definition extends EventDefinition>(
  { app, admin }: TestApp,
  definition: Definition,
  data: EventDataOf<Definition>,
  aggregateId: string = v7(),
): Promise<string> {
  const event = newEvent(definition, aggregateId, data);
  const { aggregateType } = event;
  await app.bus.commands.execute({
    name: 'storeEvent',
    aggregateType: 'Any',
    kind: 'UPDATE',
    shown: {},
    viewer: { userId: admin.user.id, sessionId: v7(), roleName: 'admin', permissions: new Set() },
    origin: { correlationId: v7(), ipAddress: null, userAgent: null },
    async run({ em }) {
      const context = currentEventContext();
      if (!context) throw new Error('A command runs in an event context.');
      const stream = { aggregateType, aggregateId, expectedVersion: 'any' as const, events: [event] };
      await appendEvents(sqlOf(em), [stream], context, subjectKeysOf(em));
      return {};
    },
  });
  return event.id;
}

/** Those that welcome the people a test needs, and ask them to confirm an address or set a password. */
const OF_NEW_PEOPLE = /^Subject: (Welcome |Confirm your e-mail address |Set a password )/m;

/** The mails caught, but for those of new people. */
export function caughtMails({ sink }: MailApp): readonly CaughtMail[] {
  return sink.mails.filter(({ raw }) => !OF_NEW_PEOPLE.test(raw));
}

/** The same, as soon as there are so many. */
export async function awaitMails(app: MailApp, count: number): Promise<readonly CaughtMail[]> {
  await waitFor(() => caughtMails(app).length >= count, { describe: `${count} mails` });
  return caughtMails(app);
}
