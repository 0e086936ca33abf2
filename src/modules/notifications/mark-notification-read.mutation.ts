import { sqlOf } from '../../database/sql.ts';
import { NotFoundError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { markRead, type Notification } from './notification.repository.ts';
import { NotificationType, recipientOf } from './notification.type.ts';

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

builder.mutationField('markNotificationRead', (t) =>
  t.field({
    type: MarkNotificationReadResult.type,
    description: 'Marking again changes nothing. Inboxes are no aggregates: no event is recorded.',
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) =>
      MarkNotificationReadResult.answer(async () => {
        const { core, viewer, origin } = context;
        const id = requireUuid(args.id);
        return core.commands.execute({
          name: 'markNotificationRead',
          viewer,
          origin,
          run: async ({ em }) => {
            // Whether somebody else's notification exists is nobody's business.
            const notification = await markRead(sqlOf(em), recipientOf(context), id);
            if (!notification) throw new NotFoundError('The notification');
            return { notification };
          },
        });
      }),
  }),
);
