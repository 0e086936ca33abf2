export type { BackOffOptions } from './back-off.ts';
export type {
  ClientOptions,
  EventStreamOptions,
  EventStreamVariables,
  HandleEventsOptions,
  SignalboxClient,
  StreamOptions,
} from './client.ts';
export { createClient } from './create-client.ts';
export type {
  DomainEvent,
  EventMetadata,
  EventOf,
  KnownEventType,
  RecordedEvent,
  StreamedEvent,
  UnrecognizedEvent,
} from './domain-event.ts';
export { type EventAttempt, type FailurePolicy, HandlerError } from './event-handling.ts';
export type { CursorErrorPolicy } from './event-stream.ts';
export type * as events from './events.generated.ts';
export { CursorError, type CursorFailureCode, type FailureCode, SignalboxError } from './errors.ts';
export type { StreamStatus } from './follow.ts';
export type * from './operations.generated.ts';
export { eachNode, eachPage, type Page } from './pages.ts';
export type { RequestOptions } from './requests.ts';
export { payloadOf, ResultError } from './results.ts';
export type { IssuedTokens } from './session.ts';
export type { TypedDocument } from './typed-document.ts';
export { localStorageStore, memoryStore, type ValueStore } from './value-store.ts';
