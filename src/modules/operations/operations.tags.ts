import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { DeadLetterDiscarded, DeadLettersRetried, HandlerPaused, HandlerResumed } from './operations.events.ts';

/** Operators look at handlers as they are: nothing of them is cached. */
export const operationsTags: readonly TagRule[] = defineTags(
  [HandlerPaused, HandlerResumed, DeadLettersRetried, DeadLetterDiscarded],
  () => [],
);
