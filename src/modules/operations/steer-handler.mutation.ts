import { z } from 'zod';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { type HandlerState, readHandlerStates } from '../../event-bus/handler-status.ts';
import { sqlOf } from '../../database/sql.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { HandlerType } from './handler.type.ts';
import { HandlerPaused, HandlerResumed } from './operations.events.ts';
import { optionalReasonInput, REASON } from './reason.ts';

type Steered = { readonly name: string };

const payloadOf = (name: string) =>
  mutationPayload<Steered>(name).implement({
    interfaces: [MutationPayload],
    guardedByParent: true,
    fields: (t) => ({
      handler: t.field({
        type: HandlerType,
        resolve: (outcome, _args, context) => stateOf(context, outcome.result.name),
      }),
    }),
  });

const PauseHandlerResult = mutationResult('PauseHandlerResult', payloadOf('PauseHandlerPayload'), [
  NotFoundError,
  ValidationError,
]);
const ResumeHandlerResult = mutationResult('ResumeHandlerResult', payloadOf('ResumeHandlerPayload'), [
  NotFoundError,
  ValidationError,
]);

/** Asking for the state it is in already changes and records nothing. */
const steer = (command: string, paused: boolean) =>
  defineCommand({
    name: command,
    aggregateType: 'Handler',
    kind: 'UPDATE',
    authScopes: { permission: 'event-bus:manage' },
    input: z.strictObject({ name: z.string(), reason: optionalReasonInput }),
    shown: ['name'],
    async run({ em, input: { name, reason } }): Promise<Steered> {
      const sql = sqlOf(em);
      const [handler] = await sql<{ paused: boolean }>('select paused from handler where name = $1 for update', [name]);
      if (!handler) throw new NotFoundError('The handler');
      if (handler.paused !== paused) {
        await sql('update handler set paused = $2 where name = $1', [name, paused]);
        await recordEvent(em, paused ? HandlerPaused : HandlerResumed, name, { handler: name, reason });
      }
      return { name };
    },
  });
const pauseHandler = steer('pauseHandler', true);
const resumeHandler = steer('resumeHandler', false);

builder.mutationFields((t) => ({
  pauseHandler: t.field({
    type: PauseHandlerResult.type,
    description: 'Its events wait in the log; every node stops within a second or so.',
    authScopes: pauseHandler.authScopes,
    args: { name: t.arg.string({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, context) => PauseHandlerResult.answer(() => pauseHandler.execute(context, args)),
  }),
  resumeHandler: t.field({
    type: ResumeHandlerResult.type,
    authScopes: resumeHandler.authScopes,
    args: { name: t.arg.string({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, context) => ResumeHandlerResult.answer(() => resumeHandler.execute(context, args)),
  }),
}));

async function stateOf({ core }: Context, name: string): Promise<HandlerState> {
  const [state] = await readHandlerStates(core.database.sql, name);
  if (!state) throw new NotFoundError('The handler');
  return state;
}
