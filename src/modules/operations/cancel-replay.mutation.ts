import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { InvalidStateError, NotFoundError } from '../../errors.ts';
import { cancelJob, findJob, jobSignal } from '../../event-bus/background-job.ts';
import { withdrawParked } from '../../event-bus/repeat-effects.ts';
import { parseReplayParameters } from '../../event-bus/replay-plan.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
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

const cancelReplay = defineCommand({
  name: 'cancelReplay',
  aggregateType: 'Replay',
  kind: 'UPDATE',
  authScopes: { permission: 'event-bus:manage' },
  input: z.strictObject({ id: idInput() }),
  shown: ['id'],
  async run({ em, input: { id } }): Promise<Cancelled> {
    const sql = sqlOf(em);
    const cancelled = await cancelJob(sql, id);
    if (!cancelled) {
      if (!(await findJob(sql, id))?.requestedBy) throw new NotFoundError('The replay');
      throw new InvalidStateError('The replay has ended already.');
    }
    if (cancelled.kind === 'REPLAY') {
      await withdrawParked(sql, parseReplayParameters(cancelled.parameters).includeEffects, id);
    }
    await recordEvent(em, ReplayCancelled, id, { replayId: id, processed: cancelled.processed });
    return { id };
  },
});

builder.mutationField('cancelReplay', (t) =>
  t.field({
    type: CancelReplayResult.type,
    description: 'What it has done stays done; of a cancelled rebuild nothing is shown.',
    authScopes: cancelReplay.authScopes,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) =>
      CancelReplayResult.answer(async () => {
        const outcome = await cancelReplay.execute(context, args);
        context.core.signals.raise(jobSignal(outcome.result.id));
        return outcome;
      }),
  }),
);
