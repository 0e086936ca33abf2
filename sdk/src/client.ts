import type { BackOffOptions } from './back-off.ts';
import type { DomainEvent, EventOf, KnownEventType, StreamedEvent } from './domain-event.ts';
import type { EventAttempt, FailurePolicy } from './event-handling.ts';
import type { CursorErrorPolicy } from './event-stream.ts';
import type { StreamStatus } from './follow.ts';
import type { DomainEventFilter, operations } from './operations.generated.ts';
import type { RequestOptions } from './requests.ts';
import type { Session } from './session.ts';
import type { TypedDocument } from './typed-document.ts';
import type { ValueStore } from './value-store.ts';

export interface ClientOptions {
  /** Of the GraphQL endpoint; in a browser it may be relative to the page. */
  readonly url: string;
  /** Where the tokens of `login` are kept over restarts; in memory unless told. */
  readonly tokenStore?: ValueStore | undefined;
  /** Asked before each request for a token that somebody else takes care of, instead of those of `login`. */
  readonly accessToken?: (() => Promise<string | null> | string | null) | undefined;
  /** The session is over: it was ended, it expired, or its refresh token was refused. */
  readonly onSignedOut?: (() => void) | undefined;
  /** How streams travel; WebSocket where there is one. */
  readonly streams?: 'websocket' | 'sse' | undefined;
  /** A WebSocket class where there is none by nature, e.g. that of the package ws. */
  readonly webSocket?: unknown;
  readonly fetch?: typeof fetch | undefined;
  /** Sent with each HTTP request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Repetitions of a query, or of a mutation under an idempotency key, whose answer did not come; 3. */
  readonly retries?: number | undefined;
  /** Pauses before a stream connects again; about 250 ms at first, at most 15 s. */
  readonly reconnect?: BackOffOptions | undefined;
}

export interface StreamOptions {
  /** Aborting it ends the stream, without an error. */
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: ((status: StreamStatus) => void) | undefined;
  /** Results that may wait to be taken; 500. A stream of events fetches what does not fit again, others fail with SLOW_CONSUMER. */
  readonly bufferSize?: number | undefined;
}

export interface EventStreamOptions extends StreamOptions {
  /**
   * Keeps the cursor of the last event that was done, which it is when the next one is asked for. The stream begins with
   * what it holds; after a crash the events since come again.
   */
  readonly store?: ValueStore | undefined;
  readonly onCursorError?: CursorErrorPolicy | undefined;
}

export interface EventStreamVariables<Type extends KnownEventType = KnownEventType> {
  readonly filter?: (Omit<DomainEventFilter, 'types'> & { readonly types?: readonly Type[] | null }) | null | undefined;
  /** Where to begin, if the store does not say; by default with what comes from now on. */
  readonly after?: string | null | undefined;
}

export interface HandleEventsOptions<Type extends KnownEventType>
  extends EventStreamVariables<Type>, Omit<EventStreamOptions, 'store'> {
  readonly handler: (event: StreamedEvent<EventOfTypes<Type>>, attempt: EventAttempt) => Promise<void> | void;
  /** Keeps the cursor before which everything is done. */
  readonly store: ValueStore;
  /** Events handled at the same time, each of another aggregate; 8. With 1 they are handled in the order of the log. */
  readonly concurrency?: number | undefined;
  /** Events taken and not yet done, or done behind one that is not; 256. */
  readonly maxInFlight?: number | undefined;
  /** Of one event, before `onFailure`; 5. */
  readonly maxAttempts?: number | undefined;
  /** Pauses between attempts; about 200 ms at first, at most 10 s. */
  readonly backOff?: BackOffOptions | undefined;
  /** What to do with an event whose handling failed each time; `stop`. */
  readonly onFailure?:
    | FailurePolicy
    | ((event: StreamedEvent<EventOfTypes<Type>>, error: unknown) => Promise<FailurePolicy> | FailurePolicy)
    | undefined;
}

/** Without a choice of types, every event there is, unrecognized ones included. */
type EventOfTypes<Type extends KnownEventType> = [Type] extends [never] ? DomainEvent : EventOf<Type>;

/** The value of the one root field of an operation. */
type RootValue<Data> = Data[keyof Data];

type Arguments<Variables, Options> =
  Variables extends Record<string, never>
    ? Optional<Variables, Options>
    : Partial<Variables> extends Variables
      ? Optional<Variables, Options>
      : [variables: Variables, options?: Options];

type Optional<Variables, Options> = [variables?: Variables | null, options?: Options];

type RequestMethod<Document> =
  Document extends TypedDocument<infer Data, infer Variables>
    ? (...args: Arguments<Variables, RequestOptions>) => Promise<RootValue<Data>>
    : never;

type StreamMethod<Document> =
  Document extends TypedDocument<infer Data, infer Variables>
    ? (...args: Arguments<Variables, StreamOptions>) => AsyncGenerator<RootValue<Data>, void, undefined>
    : never;

type Operations = typeof operations;
type Queries = { readonly [Name in keyof Operations['query']]: RequestMethod<Operations['query'][Name]> };
type Mutations = { readonly [Name in keyof Operations['mutation']]: RequestMethod<Operations['mutation'][Name]> };
type Subscriptions = {
  readonly [Name in Exclude<keyof Operations['subscription'], 'domainEvents'>]: StreamMethod<
    Operations['subscription'][Name]
  >;
};

/**
 * One method for each operation of schema/operations: `client.users({ first: 20 })`. A query or mutation resolves with the
 * value of its field and rejects with SignalboxError; a mutation's expected errors are members of what it resolves with,
 * told apart by `__typename`.
 */
export interface SignalboxClient extends Queries, Mutations, Subscriptions {
  /**
   * Every matching event, once and in order, however often the connection breaks: first those after the cursor, then each
   * as it is recorded. With `filter.types` it gives just those types.
   */
  domainEvents<const Type extends KnownEventType = never>(
    variables?: EventStreamVariables<Type> | null,
    options?: EventStreamOptions,
  ): AsyncGenerator<StreamedEvent<EventOfTypes<Type>>, void, undefined>;
  /**
   * Handles the same events side by side, those of one aggregate one after the other. Each is handled at least once;
   * `store` never moves past one that is not. Resolves when the signal aborts and what was under way is done. @throws HandlerError
   */
  handleEvents<const Type extends KnownEventType = never>(options: HandleEventsOptions<Type>): Promise<void>;
  /** A query or mutation of your own; the whole data of its answer. */
  request<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...args: Arguments<Variables, RequestOptions>
  ): Promise<Data>;
  /** A subscription of your own. It connects again when it breaks, with the variables it began with. */
  subscribe<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...args: Arguments<Variables, StreamOptions>
  ): AsyncGenerator<Data, void, undefined>;
  /** `login` fills it, `logout` empties it. */
  readonly session: Pick<Session, 'token' | 'adopt' | 'clear'>;
  /** Ends all streams, and whatever is under way with CLIENT_CLOSED. */
  close(): void;
}
