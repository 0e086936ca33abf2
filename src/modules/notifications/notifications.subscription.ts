import { sqlOf } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import type { Viewer } from '../../viewer.ts';
import { newestNumber, type Notification, readArrivals } from './notification.repository.ts';
import { NotificationType, recipientOf } from './notification.type.ts';

/** Rows held in memory for one subscriber, at most; the next are read when these are sent. */
const PAGE = 100;

builder.subscriptionField('notifications', (t) =>
  t.field({
    type: NotificationType,
    description:
      'What comes into your inbox from now on, each once and in order. After a broken connection, read the inbox for what came meanwhile.',
    authScopes: { authenticated: true },
    // The place to begin is taken before anything is awaited by the client, not when it asks for the first result.
    subscribe: async (_root, _args, context) => followInbox(context, await newestNumber(sqlOf(context.em))),
    resolve: (notification) => notification,
  }),
);

/** There is one state, the number sent last; the feed only says when to look. */
async function* followInbox(context: Context, start: string): AsyncGenerator<Notification> {
  const { core, services, signal } = context;
  const recipient = recipientOf(context);
  using listener = services.inboxFeed.listen(recipient);
  let sent = start;
  while (!signal.aborted) {
    if (listener.take()) await renewRecipient(context, recipient);
    const arrivals = await readArrivals(core.database.sql, recipient, sent, PAGE);
    for (const notification of arrivals) {
      renewContext(context, await renewRecipient(context, recipient), {});
      sent = notification.number;
      yield notification;
      if (signal.aborted) return;
    }
    if (arrivals.length === 0) await listener.wait(signal);
  }
}

/** @throws RequestError UNAUTHENTICATED when the session has ended, or is now somebody else's. */
async function renewRecipient(context: Context, recipient: string): Promise<Viewer> {
  const viewer = await context.renewViewer();
  if (viewer?.userId !== recipient) {
    throw new RequestError('UNAUTHENTICATED', 'The session has ended. Sign in again and read the inbox.');
  }
  return viewer;
}
