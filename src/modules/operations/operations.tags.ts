import { defineTags, projectionTag, type TagRule } from '../../event-bus/event-tags.ts';
import { ProjectionRebuilt } from '../../event-bus/projection.events.ts';
import { ReplayFinished } from '../../event-bus/replay.events.ts';
import { OPERATIONS_EVENTS } from './operations.events.ts';

/** Operators look at handlers as they are: nothing of them is cached. */
export const operationsTags: readonly TagRule[] = [
  ...defineTags([...OPERATIONS_EVENTS, ReplayFinished], () => []),
  ...defineTags([ProjectionRebuilt], ({ projection }) => [projectionTag(projection)]),
];
