import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { countInbox, markAllRead } from './notification.repository.ts';
import { recipientOf } from './notification.type.ts';

const MarkAllNotificationsReadPayload = mutationPayload<{ markedCount: number }>('MarkAllNotificationsReadPayload');
MarkAllNotificationsReadPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    markedCount: t.int({
      description: 'How many were unread before.',
      resolve: (outcome) => outcome.result.markedCount,
    }),
    unreadCount: t.int({
      description: 'Not 0 when something came meanwhile.',
      resolve: (_outcome, _args, context) => countInbox(sqlOf(context.em), recipientOf(context), true),
    }),
  }),
});

const MarkAllNotificationsReadResult = mutationResult(
  'MarkAllNotificationsReadResult',
  MarkAllNotificationsReadPayload,
  [],
);

const markAllNotificationsRead = defineCommand({
  name: 'markAllNotificationsRead',
  aggregateType: 'Notification',
  kind: 'BULK_UPDATE',
  authScopes: { authenticated: true },
  input: z.strictObject({}),
  shown: [],
  run: async ({ em, viewer }) => ({ markedCount: await markAllRead(sqlOf(em), viewer.userId) }),
});

builder.mutationField('markAllNotificationsRead', (t) =>
  t.field({
    type: MarkAllNotificationsReadResult.type,
    description: 'Inboxes are no aggregates: no event is recorded.',
    authScopes: markAllNotificationsRead.authScopes,
    resolve: (_root, _args, context) =>
      MarkAllNotificationsReadResult.answer(() => markAllNotificationsRead.execute(context, {})),
  }),
);
