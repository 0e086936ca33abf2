import { z } from 'zod';
import { IdempotencyConflictError, InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { JOBS_SIGNAL, newestErasure } from '../../event-bus/background-job.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { erasePerson } from './erase-person.ts';

const MAX_REASON = 500;
const REASON = `A reason has 1 to ${MAX_REASON} characters.`;

const ErasureStatus = builder.enumType('ErasureStatus', {
  description: 'How far it is with the copies of what the log held: from the answer on, the log itself shows nothing.',
  values: ['RUNNING', 'COMPLETED', 'FAILED'] as const,
});

const EraseUserPayload = mutationPayload<{ userId: string }>('EraseUserPayload');
EraseUserPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    userId: t.id({ resolve: ({ result }) => result.userId }),
    status: t.field({
      type: ErasureStatus,
      description: 'Ask again, by the same mutation, to see it completed.',
      async resolve({ result }, _args, { core }) {
        const status = (await newestErasure(core.database.sql, result.userId))?.status;
        return status === 'COMPLETED' || status === 'FAILED' ? status : 'RUNNING';
      },
    }),
  }),
});

const EraseUserResult = mutationResult('EraseUserResult', EraseUserPayload, [
  NotFoundError,
  InvalidStateError,
  ValidationError,
  IdempotencyConflictError,
]);

const eraseUser = defineCommand({
  name: 'eraseUser',
  aggregateType: 'User',
  kind: 'DELETE',
  authScopes: { permission: 'users:erase' },
  input: z.strictObject({
    id: idInput(),
    reason: z.string().trim().min(1, REASON).max(MAX_REASON, REASON),
  }),
  shown: ['id'],
  authorize({ viewer, input: { id } }) {
    if (viewer.userId === id)
      throw new InvalidStateError('Nobody erases their own account: ask another administrator.');
  },
  async run({ em, viewer, services, now, input: { id, reason } }) {
    await erasePerson(em, services, { personId: id, reason, viewer, now });
    return { userId: id };
  },
});

builder.mutationField('eraseUser', (t) =>
  t.field({
    type: EraseUserResult.type,
    description:
      "Destroys the key of all that the log holds about a person, makes the account nobody's, and takes every copy away. There is no way back.",
    authScopes: eraseUser.authScopes,
    args: {
      id: t.arg.id({ required: true }),
      reason: t.arg.string({
        required: true,
        description: 'Why; goes into the log and the audit log, where it outlives the person: name nobody in it.',
      }),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, { id, reason, ...keys }, context) =>
      EraseUserResult.answer(async () => {
        const outcome = await eraseUser.execute(context, { id, reason }, keys);
        context.core.signals.raise(JOBS_SIGNAL);
        return outcome;
      }),
  }),
);
