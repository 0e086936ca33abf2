import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { SAGAS_SIGNAL } from '../../event-bus/define-saga.ts';
import { findSaga, retrySaga } from '../../event-bus/saga-list.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { idInput } from '../../graphql/id-input.ts';
import { SagaRetried } from './operations.events.ts';
import { optionalReasonInput, REASON } from './reason.ts';
import { SagaType } from './saga.type.ts';

type Retried = { readonly id: string };

const RetrySagaPayload = mutationPayload<Retried>('RetrySagaPayload').implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    saga: t.field({
      type: SagaType,
      resolve: async ({ result }, _args, { core }) => {
        const saga = await findSaga(core.database.sql, result.id);
        if (!saga) throw new NotFoundError('The saga');
        return saga;
      },
    }),
  }),
});

const RetrySagaResult = mutationResult('RetrySagaResult', RetrySagaPayload, [
  NotFoundError,
  InvalidStateError,
  ValidationError,
]);

const retrySagaCommand = defineCommand({
  name: 'retrySaga',
  aggregateType: 'Saga',
  kind: 'UPDATE',
  authScopes: { permission: 'event-bus:manage' },
  input: z.strictObject({ id: idInput(), reason: optionalReasonInput }),
  shown: ['id'],
  async run({ em, input: { id, reason } }): Promise<Retried> {
    const sql = sqlOf(em);
    const retried = await retrySaga(sql, id);
    if (!retried) {
      if (!(await findSaga(sql, id))) throw new NotFoundError('The saga');
      throw new InvalidStateError('Only a saga that is FAILED can be retried.');
    }
    await recordEvent(em, SagaRetried, id, { saga: retried.saga, key: retried.key, reason });
    return { id };
  },
});

builder.mutationField('retrySaga', (t) =>
  t.field({
    type: RetrySagaResult.type,
    description: 'Goes on taking back the steps of a saga that is FAILED, with a fresh set of attempts.',
    authScopes: retrySagaCommand.authScopes,
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, context) =>
      RetrySagaResult.answer(async () => {
        const outcome = await retrySagaCommand.execute(context, args);
        context.core.signals.raise(SAGAS_SIGNAL);
        return outcome;
      }),
  }),
);
