import { z } from 'zod';
import { defineEvent, type Upcaster } from '../../event-store/define-event.ts';

/** What operators do to handlers; the aggregate is the handler, by name. */

const withoutReason: Upcaster = (data) => ({ ...data, reason: null });
/** Version 1 knew no reasons. */
const reasonAdded = { schemaVersion: 2, upcasters: { 1: withoutReason } } as const;

export const HandlerPaused = defineEvent({
  type: 'HANDLER_PAUSED',
  aggregateType: 'Handler',
  ...reasonAdded,
  data: z.object({ handler: z.string(), reason: z.string().nullable() }),
});

export const HandlerResumed = defineEvent({
  type: 'HANDLER_RESUMED',
  aggregateType: 'Handler',
  ...reasonAdded,
  data: z.object({ handler: z.string(), reason: z.string().nullable() }),
});

export const DeadLettersRetried = defineEvent({
  type: 'DEAD_LETTERS_RETRIED',
  aggregateType: 'Handler',
  ...reasonAdded,
  data: z.object({ handler: z.string(), eventIds: z.array(z.uuid()), reason: z.string().nullable() }),
});

export const DeadLetterDiscarded = defineEvent({
  type: 'DEAD_LETTER_DISCARDED',
  aggregateType: 'Handler',
  data: z.object({ handler: z.string(), eventId: z.uuid(), reason: z.string() }),
});

/** Asked for by an operator; what comes of it is PROJECTION_REBUILT. */
export const ProjectionRebuildRequested = defineEvent({
  type: 'PROJECTION_REBUILD_REQUESTED',
  aggregateType: 'Projection',
  data: z.object({ projection: z.string(), rebuildId: z.uuid(), reason: z.string().nullable() }),
});

const replayRange = z
  .strictObject({
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    eventTypes: z.array(z.string()).nullable(),
    aggregateId: z.string().nullable(),
  })
  .meta({ id: 'ReplayRange' });

/** Asked for by an operator; a dry run too. What comes of it is REPLAY_FINISHED, or REPLAY_CANCELLED. */
export const ReplayRequested = defineEvent({
  type: 'REPLAY_REQUESTED',
  aggregateType: 'Replay',
  data: z.object({
    replayId: z.uuid(),
    range: replayRange,
    handlers: z.array(z.string()),
    includeEffects: z.array(z.string()),
    eventsPerSecond: z.int().nullable(),
    dryRun: z.boolean(),
    reason: z.string().nullable(),
  }),
});

/** Also of a rebuild of a projection. */
export const ReplayCancelled = defineEvent({
  type: 'REPLAY_CANCELLED',
  aggregateType: 'Replay',
  data: z.object({ replayId: z.uuid(), processed: z.int() }),
});

export const SagaRetried = defineEvent({
  type: 'SAGA_RETRIED',
  aggregateType: 'Saga',
  data: z.object({ saga: z.string(), key: z.string(), reason: z.string().nullable() }),
});

/** An operator ended a WebSocket or event stream; whoever serves it acts on this. */
export const ConnectionEnded = defineEvent({
  type: 'CONNECTION_ENDED',
  aggregateType: 'Connection',
  data: z.object({ connectionId: z.uuid(), personId: z.uuid().nullable(), reason: z.string() }),
});

export const OPERATIONS_EVENTS = [
  HandlerPaused,
  HandlerResumed,
  DeadLettersRetried,
  DeadLetterDiscarded,
  ProjectionRebuildRequested,
  ReplayRequested,
  ReplayCancelled,
  SagaRetried,
  ConnectionEnded,
] as const;
