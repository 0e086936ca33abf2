import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { NotFoundError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { markRead, type Notification } from './notification.repository.ts';
import { NotificationType } from './notification.type.ts';

const MarkNotificationReadPayload = mutationPayload<{ notification: Notification }>('MarkNotificationReadPayload');
MarkNotificationReadPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    notification: t.field({ type: NotificationType, resolve: (outcome) => outcome.result.notification }),
  }),
});

const MarkNotificationReadResult = mutationResult('MarkNotificationReadResult', MarkNotificationReadPayload, [
  NotFoundError,
]);

const markNotificationRead = defineCommand({
  name: 'markNotificationRead',
  aggregateType: 'Notification',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: z.strictObject({ id: idInput() }),
  shown: ['id'],
  async run({ em, viewer, input: { id } }) {
    // Whether somebody else's notification exists is nobody's business.
    const notification = await markRead(sqlOf(em), viewer.userId, id);
    if (!notification) throw new NotFoundError('The notification');
    return { notification };
  },
});

builder.mutationField('markNotificationRead', (t) =>
  t.field({
    type: MarkNotificationReadResult.type,
    description: 'Marking again changes nothing. Inboxes are no aggregates: no event is recorded.',
    authScopes: markNotificationRead.authScopes,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) =>
      MarkNotificationReadResult.answer(() => markNotificationRead.execute(context, args)),
  }),
);
