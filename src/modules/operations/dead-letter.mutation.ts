import { NotFoundError, ValidationError } from '../../errors.ts';
import { sqlOf } from '../../database/sql.ts';
import { type DeadLetter, discardDeadLetter, retryDeadLetters } from '../../event-bus/dead-letter.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { DeadLetterType } from './dead-letter.type.ts';
import { DeadLetterDiscarded, DeadLettersRetried } from './operations.events.ts';
import { REASON, reasonOf, requireReason } from './reason.ts';

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

builder.mutationFields((t) => ({
  retryDeadLetter: t.field({
    type: RetryDeadLetterResult.type,
    authScopes: { permission: 'event-bus:manage' },
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, { core, viewer, origin }) =>
      RetryDeadLetterResult.answer(async () => {
        const id = requireUuid(args.id);
        const reason = reasonOf(args.reason);
        return core.commands.execute({
          name: 'retryDeadLetter',
          viewer,
          origin,
          run: async ({ em }) => {
            const [deadLetter] = await retryDeadLetters(sqlOf(em), { id });
            if (!deadLetter) throw new NotFoundError('The dead letter');
            const { handler, eventId } = deadLetter;
            await recordEvent(em, DeadLettersRetried, handler, { handler, eventIds: [eventId], reason });
            return { deadLetter };
          },
        });
      }),
  }),
  retryDeadLetters: t.field({
    type: RetryDeadLettersResult.type,
    authScopes: { permission: 'event-bus:manage' },
    args: { handler: t.arg.string({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, { core, viewer, origin }) =>
      RetryDeadLettersResult.answer(async () => {
        const { handler } = args;
        const reason = reasonOf(args.reason);
        return core.commands.execute({
          name: 'retryDeadLetters',
          viewer,
          origin,
          run: async ({ em }) => {
            const sql = sqlOf(em);
            const known = await sql('select 1 from handler where name = $1', [handler]);
            if (known.length === 0) throw new NotFoundError('The handler');
            const letters = await retryDeadLetters(sql, { handler });
            const eventIds = letters.slice(0, MAX_NAMED).map((letter) => letter.eventId);
            if (letters.length > 0) await recordEvent(em, DeadLettersRetried, handler, { handler, eventIds, reason });
            return { count: letters.length };
          },
        });
      }),
  }),
  discardDeadLetter: t.field({
    type: DiscardDeadLetterResult.type,
    description: 'The handler will never handle this event; what waits behind it goes on.',
    authScopes: { permission: 'event-bus:manage' },
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, args, { core, viewer, origin }) =>
      DiscardDeadLetterResult.answer(async () => {
        const id = requireUuid(args.id);
        const reason = requireReason(args.reason);
        return core.commands.execute({
          name: 'discardDeadLetter',
          viewer,
          origin,
          run: async ({ em }) => {
            const deadLetter = await discardDeadLetter(sqlOf(em), id);
            if (!deadLetter) throw new NotFoundError('The dead letter');
            const { handler, eventId } = deadLetter;
            await recordEvent(em, DeadLetterDiscarded, handler, { handler, eventId, reason });
            return { deadLetter };
          },
        });
      }),
  }),
}));
