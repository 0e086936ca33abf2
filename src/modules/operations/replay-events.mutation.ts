import { v7 } from 'uuid';
import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { findJob, insertJob, JOBS_SIGNAL } from '../../event-bus/background-job.ts';
import type { ReplayParameters } from '../../event-bus/replay-plan.ts';
import { replayTargets } from '../../event-bus/replay-targets.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { DomainEventType } from '../../graphql/domain-event.type.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { ReplayRequested } from './operations.events.ts';
import { optionalReasonInput, REASON } from './reason.ts';
import { ReplayType } from './replay.type.ts';

type Requested = { readonly id: string };

const ReplayEventsInput = builder.inputType('ReplayEventsInput', {
  fields: (t) => ({
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Inclusive.' }),
    eventTypes: t.field({ type: [DomainEventType] }),
    aggregateId: t.id(),
    handlers: t.stringList({ description: 'Names; if not said, every handler that may be given an event again.' }),
    dryRun: t.boolean({ description: 'Only counts which handler would get how many events.' }),
    eventsPerSecond: t.int({ description: '1 to 100,000; as fast as it goes if not said.' }),
    includeEffects: t.stringList({
      description:
        'Names of handlers that act outside and shall do what they have not done yet. What is done is never repeated.',
    }),
    reason: t.string({ description: REASON }),
  }),
});

const ReplayEventsPayload = mutationPayload<Requested>('ReplayEventsPayload').implement({
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

const ReplayEventsResult = mutationResult('ReplayEventsResult', ReplayEventsPayload, [ValidationError]);

const names = z.array(z.string().max(100)).max(100);

const replayEvents = defineCommand({
  name: 'replayEvents',
  aggregateType: 'Replay',
  kind: 'CREATE',
  authScopes: { permission: 'event-bus:manage' },
  input: z
    .strictObject({
      from: z.date().nullish(),
      to: z.date().nullish(),
      eventTypes: z.array(z.string()).max(200).nullish(),
      aggregateId: z.string().min(1).max(200).nullish(),
      /** Those that were named, or follow from what was. */
      handlers: names.min(1, 'No handler was named.'),
      dryRun: z.boolean().nullish(),
      eventsPerSecond: z.int().min(1).max(100_000).nullish(),
      includeEffects: names,
      reason: optionalReasonInput,
    })
    .refine(({ from, to }) => !from || !to || from <= to, {
      path: ['to'],
      message: 'The end is before the beginning.',
    }),
  shown: ['eventTypes', 'aggregateId', 'handlers', 'includeEffects', 'dryRun'],
  async run({ em, viewer, origin, input }): Promise<Requested> {
    const sql = sqlOf(em);
    const [head] = await sql<{ position: string }>(
      'select coalesce(max(position), 0)::text as position from event_position',
    );
    const { reason, handlers, includeEffects, dryRun } = input;
    const parameters: ReplayParameters = {
      from: input.from?.toISOString() ?? null,
      to: input.to?.toISOString() ?? null,
      eventTypes: input.eventTypes ?? null,
      aggregateId: input.aggregateId ?? null,
      targets: handlers,
      includeEffects,
      eventsPerSecond: input.eventsPerSecond ?? null,
      upTo: Number(head?.position ?? 0),
    };
    const { from, to, eventTypes, aggregateId, eventsPerSecond } = parameters;
    const isDry = dryRun ?? false;
    const id = v7();
    await insertJob(sql, {
      id,
      kind: 'REPLAY',
      subject: null,
      parameters,
      dryRun: isDry,
      requestedBy: viewer.userId,
      reason,
      correlationId: origin.correlationId,
    });
    await recordEvent(em, ReplayRequested, id, {
      replayId: id,
      range: { from, to, eventTypes, aggregateId },
      handlers,
      includeEffects,
      eventsPerSecond,
      dryRun: isDry,
      reason,
    });
    return { id };
  },
});

builder.mutationField('replayEvents', (t) =>
  t.field({
    type: ReplayEventsResult.type,
    description:
      'Gives events to handlers again, in the background; follow it with replayProgress. Projections are rebuilt instead, and sagas are not started again.',
    authScopes: replayEvents.authScopes,
    args: { input: t.arg({ type: ReplayEventsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      ReplayEventsResult.answer(async () => {
        const { handlers, includeEffects, ...rest } = input;
        const choice = { handlers: handlers ?? null, includeEffects: includeEffects ?? [] };
        const targets = replayTargets(context.core.handlers, choice).map(({ name }) => name);
        const asked = { ...rest, handlers: targets, includeEffects: choice.includeEffects };
        const outcome = await replayEvents.execute(context, asked);
        context.core.signals.raise(JOBS_SIGNAL);
        return outcome;
      }),
  }),
);
