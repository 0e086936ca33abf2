import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

/** What operators do to handlers; the aggregate is the handler, by name. */

export const HandlerPaused = defineEvent({
  type: 'HANDLER_PAUSED',
  aggregateType: 'Handler',
  data: z.object({ handler: z.string() }),
});

export const HandlerResumed = defineEvent({
  type: 'HANDLER_RESUMED',
  aggregateType: 'Handler',
  data: z.object({ handler: z.string() }),
});

export const DeadLettersRetried = defineEvent({
  type: 'DEAD_LETTERS_RETRIED',
  aggregateType: 'Handler',
  data: z.object({ handler: z.string(), eventIds: z.array(z.uuid()) }),
});

export const DeadLetterDiscarded = defineEvent({
  type: 'DEAD_LETTER_DISCARDED',
  aggregateType: 'Handler',
  data: z.object({ handler: z.string(), eventId: z.uuid(), reason: z.string() }),
});
