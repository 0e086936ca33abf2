import { sqlOf } from '../../database/sql.ts';
import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { cancelJob, findJob, jobSignal } from '../../event-bus/background-job.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { ReplayCancelled } from './operations.events.ts';
import { ReplayType } from './replay.type.ts';

type Cancelled = { readonly id: string };

const CancelReplayPayload = mutationPayload<Cancelled>('CancelReplayPayload').implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    replay: t.field({
      type: ReplayType,
      resolve: async ({ result }, _args, { core }) => {
        const job = await findJob(core.database.sql, result.id);
        if (!job) throw new NotFoundError('The replay');
        return job;
      },
    }),
  }),
});

const CancelReplayResult = mutationResult('CancelReplayResult', CancelReplayPayload, [
  NotFoundError,
  InvalidStateError,
]);

builder.mutationField('cancelReplay', (t) =>
  t.field({
    type: CancelReplayResult.type,
    description: 'What it has done stays done; of a cancelled rebuild nothing is shown.',
    authScopes: { permission: 'event-bus:manage' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => CancelReplayResult.answer(() => cancel(context, requireUuid(args.id))),
  }),
);

async function cancel({ core, viewer, origin }: Context, id: string) {
  const outcome = await core.commands.execute<Cancelled>({
    name: 'cancelReplay',
    viewer,
    origin,
    run: async ({ em }) => {
      const sql = sqlOf(em);
      const cancelled = await cancelJob(sql, id);
      if (!cancelled) {
        if (!(await findJob(sql, id))?.requestedBy) throw new NotFoundError('The replay');
        throw new InvalidStateError('The replay has ended already.');
      }
      await recordEvent(em, ReplayCancelled, id, { replayId: id, processed: cancelled.processed });
      return { id };
    },
  });
  core.signals.raise(jobSignal(id));
  return outcome;
}
