import { sqlOf } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, type Page, pageOf } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import { NodeInterface, registerNodeLoader } from '../../graphql/node.type.ts';
import type { NoticeLevel } from './notices.ts';
import { countInbox, findNotification, type Notification, readInbox } from './notification.repository.ts';

const NotificationLevel = builder.enumType('NotificationType', {
  values: {
    SUCCESS: { value: 'success' },
    INFO: { value: 'info' },
    WARNING: { value: 'warning' },
    ERROR: { value: 'error' },
  } satisfies Record<Uppercase<NoticeLevel>, { value: NoticeLevel }>,
});

export const NotificationType = builder.objectRef<Notification>('Notification').implement({
  description: 'What somebody was told about an event. Nobody reads the inbox of somebody else.',
  interfaces: [NodeInterface],
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'recipientId' in value && 'level' in value,
  authScopes: (notification, context) => notification.recipientId === context.viewer?.userId,
  fields: (t) => ({
    type: t.field({ type: NotificationLevel, resolve: (notification) => notification.level }),
    title: t.exposeString('title'),
    message: t.exposeString('message'),
    eventId: t.exposeID('eventId', { description: 'Of the event it tells about.' }),
    eventType: t.exposeString('eventType'),
    isRead: t.boolean({ resolve: (notification) => notification.readAt !== null }),
    readAt: t.field({ type: 'DateTime', nullable: true, resolve: (notification) => notification.readAt }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the event happened.',
      resolve: (notification) => notification.createdAt,
    }),
  }),
});

registerNodeLoader((id, context) =>
  context.viewer ? findNotification(sqlOf(context.em), context.viewer.userId, id) : Promise.resolve(null),
);

const NotificationConnection = connectionType('Notification', NotificationType);

builder.objectField(NotificationConnection, 'unreadCount', (t) =>
  t.int({
    description: 'Of the whole inbox, whatever the page shows.',
    resolve: (_connection, _args, context) => countInbox(sqlOf(context.em), recipientOf(context), true),
  }),
);

/** Whose inbox a request is about: the caller's own. @throws RequestError UNAUTHENTICATED */
export function recipientOf(context: Pick<Context, 'viewer'>): string {
  if (!context.viewer) throw new RequestError('UNAUTHENTICATED', 'Sign in first.');
  return context.viewer.userId;
}

/** @throws RequestError BAD_USER_INPUT */
function numberOf(page: Page): string | null {
  const number = page.from?.[0];
  if (number !== undefined && !/^[1-9]\d{0,17}$/.test(number)) {
    throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
  }
  return number ?? null;
}

builder.queryField('notifications', (t) =>
  t.field({
    type: NotificationConnection,
    description: 'Your inbox, the newest first.',
    authScopes: { authenticated: true },
    args: { unreadOnly: t.arg.boolean(), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, context) => {
      const sql = sqlOf(context.em);
      const recipient = recipientOf(context);
      const unreadOnly = args.unreadOnly ?? false;
      const page = pageOf(args, 1);
      const found = await readInbox(sql, recipient, { unreadOnly, before: numberOf(page), limit: page.size + 1 });
      return connectionOf(
        page,
        found,
        (notification) => [notification.number],
        () => countInbox(sql, recipient, unreadOnly),
      );
    },
  }),
);
