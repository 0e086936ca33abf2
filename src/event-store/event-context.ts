import { AsyncLocalStorage } from 'node:async_hooks';
import { traceParent } from '../tracing.ts';
import type { CommandMetadata, RecordedEvent } from './domain-event.ts';

/** The command under way: what the recorder stamps on events, and what it has appended so far. */
export interface EventContext {
  readonly commandId: string;
  readonly metadata: CommandMetadata;
  /** Appended in the command's transaction, in order; meaningless if that is rolled back. */
  readonly recorded: RecordedEvent[];
}

const storage = new AsyncLocalStorage<EventContext>();

export function runInEventContext<Result>(context: EventContext, work: () => Promise<Result>): Promise<Result> {
  return storage.run(context, work);
}

export function currentEventContext(): EventContext | undefined {
  return storage.getStore();
}

/** Of what a handler or saga records because of an event: nobody was at a keyboard, so it comes from no address. */
export function metadataBehind(correlationId: string, causationId: string): CommandMetadata {
  return { userId: null, correlationId, causationId, ipAddress: null, userAgent: null, ...tracedMetadata() };
}

/** What lets handlers and subscribers of an event be seen in the trace of what recorded it. */
export function tracedMetadata(): Pick<CommandMetadata, 'traceParent'> {
  const parent = traceParent();
  return parent === undefined ? {} : { traceParent: parent };
}
