import { AsyncLocalStorage } from 'node:async_hooks';
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
  return { userId: null, correlationId, causationId, ipAddress: null, userAgent: null };
}
