import { z } from 'zod';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { sqlOf } from '../../database/sql.ts';
import {
  type DeadLetter,
  discardDeadLetter as discardDeadLetterOf,
  retryDeadLetters as retryDeadLettersOf,
} from '../../event-bus/dead-letter.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { DeadLetterType } from './dead-letter.type.ts';
import { DeadLetterDiscarded, DeadLettersRetried } from './operations.events.ts';
import { optionalReasonInput, REASON, reasonInput } from './reason.ts';

const onePayload = (name: string) =>
  mutationPayload<{ deadLetter: DeadLetter }>(name).implement({
    interfaces: [MutationPayload],
    guardedByParent: true,
    fields: (t) => ({ deadLetter: t.field({ type: DeadLetterType, resolve: (outcome) => outcome.result.deadLetter }) }),
  });

const RetryDeadLettersPayload = mutationPayload<{ count: number }>('RetryDeadLettersPayload').implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ count: t.int({ resolve: (outcome) => outcome.result.count }) }),
});

const RetryDeadLetterResult = mutationResult('RetryDeadLetterResult', onePayload('RetryDeadLetterPayload'), [
  NotFoundError,
  ValidationError,
]);
const RetryDeadLettersResult = mutationResult('RetryDeadLettersResult', RetryDeadLettersPayload, [
  NotFoundError,
  ValidationError,
]);
const DiscardDeadLetterResult = mutationResult('DiscardDeadLetterResult', onePayload('DiscardDeadLetterPayload'), [
  NotFoundError,
  ValidationError,
]);

/** Event ids named in one event, so that it stays small whatever has piled up. */
const MAX_NAMED = 1_000;

const OPERATION = { aggregateType: 'Handler', authScopes: { permission: 'event-bus:manage' } } as const;

const retryDeadLetter = defineCommand({
  ...OPERATION,
  name: 'retryDeadLetter',
  kind: 'UPDATE',
  input: z.strictObject({ id: idInput(), reason: optionalReasonInput }),
  shown: ['id'],
  async run({ em, input: { id, reason } }) {
    const [deadLetter] = await retryDeadLettersOf(sqlOf(em), { id });
    if (!deadLetter) throw new NotFoundError('The dead letter');
    const { handler, eventId } = deadLetter;
    await recordEvent(em, DeadLettersRetried, handler, { handler, eventIds: [eventId], reason });
    return { deadLetter };
  },
});

const retryDeadLetters = defineCommand({
  ...OPERATION,
  name: 'retryDeadLetters',
  kind: 'BULK_UPDATE',
  input: z.strictObject({ handler: z.string(), reason: optionalReasonInput }),
  shown: ['handler'],
  async run({ em, input: { handler, reason } }) {
    const sql = sqlOf(em);
    const known = await sql('select 1 from handler where name = $1', [handler]);
    if (known.length === 0) throw new NotFoundError('The handler');
    const letters = await retryDeadLettersOf(sql, { handler });
    const eventIds = letters.slice(0, MAX_NAMED).map((letter) => letter.eventId);
    if (letters.length > 0) await recordEvent(em, DeadLettersRetried, handler, { handler, eventIds, reason });
    return { count: letters.length };
  },
});

const discardDeadLetter = defineCommand({
  ...OPERATION,
  name: 'discardDeadLetter',
  kind: 'DELETE',
  input: z.strictObject({ id: idInput(), reason: reasonInput }),
  shown: ['id'],
  async run({ em, input: { id, reason } }) {
    const deadLetter = await discardDeadLetterOf(sqlOf(em), id);
    if (!deadLetter) throw new NotFoundError('The dead letter');
    const { handler, eventId } = deadLetter;
    await recordEvent(em, DeadLetterDiscarded, handler, { handler, eventId, reason });
    return { deadLetter };
  },
});

builder.mutationFields((t) => ({
  retryDeadLetter: t.field({
    type: RetryDeadLetterResult.type,
    authScopes: retryDeadLetter.authScopes,
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, context) => RetryDeadLetterResult.answer(() => retryDeadLetter.execute(context, args)),
  }),
  retryDeadLetters: t.field({
    type: RetryDeadLettersResult.type,
    authScopes: retryDeadLetters.authScopes,
    args: { handler: t.arg.string({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, context) => RetryDeadLettersResult.answer(() => retryDeadLetters.execute(context, args)),
  }),
  discardDeadLetter: t.field({
    type: DiscardDeadLetterResult.type,
    description: 'The handler will never handle this event; what waits behind it goes on.',
    authScopes: discardDeadLetter.authScopes,
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => DiscardDeadLetterResult.answer(() => discardDeadLetter.execute(context, args)),
  }),
}));
