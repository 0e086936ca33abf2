import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database/database.ts';
import type { AggregateRef } from '../event-bus/aggregate-watch.ts';
import type { CommandBus } from '../event-bus/command-bus.ts';
import type { Handler } from '../event-bus/define-handler.ts';
import type { Projection } from '../event-bus/define-projection.ts';
import type { LogTail } from '../event-bus/log-tail.ts';
import type { Signals } from '../event-bus/signals.ts';
import type { Streams } from '../event-bus/streams.ts';
import type { TaggedCache } from '../event-bus/tagged-cache.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { EventReader } from '../event-store/event-reader.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { RequestOrigin, Standing, Viewer } from '../viewer.ts';
import type { WriteGate } from './define-command.ts';

/** What one module offers to others at run time; each module adds its own by declaration merging, `app.ts` wires them. */
export interface ModuleServices {}

export interface CoreServices {
  readonly database: Database;
  readonly commands: CommandBus;
  readonly writes: WriteGate;
  readonly log: EventLog;
  /** Shows what is sensitive in events to who may read it. */
  readonly reader: EventReader;
  readonly tail: LogTail;
  readonly streams: Streams;
  /** For queries only: a mutation's own payload reads the database. Never for what decides whether somebody is let in. */
  readonly cache: TaggedCache;
  readonly catalogue: EventCatalogue;
  /** The handlers this program knows, whether this process runs them or not. */
  readonly handlers: readonly Handler[];
  readonly projections: readonly Projection[];
  readonly signals: Signals;
  /** Whatever happens to these may change what the viewer may do. */
  readonly aggregatesBehind: (viewer: Viewer) => readonly AggregateRef[];
  /** Null where no Redis is configured. */
  readonly redisHealthy: () => boolean | null;
}

/** Lives for one request, or for one event of a subscription: loaders and scope decisions must not outlive it. */
export interface Context {
  readonly viewer: Viewer | null;
  /** The viewer's user id. */
  readonly personId: string | null;
  readonly origin: RequestOrigin;
  /**
   * For reads. Of a query on the replica, where there is one that is not too far behind; else on the primary, since an
   * answer must show the change it acknowledges. Who may do what is never read with it, nor is what the cache keeps.
   */
  readonly em: SqlEntityManager;
  /** Whether `em` reads a replica. */
  readonly mayLag: boolean;
  /** The event log, read where `em` reads. */
  readonly log: EventLog;
  readonly core: CoreServices;
  readonly services: ModuleServices;
  /** Ends with the request, or with the client's subscription. */
  readonly signal: AbortSignal;
  /** Where a client that lost its event stream wants to go on, by `Last-Event-ID`. */
  readonly lastEventId: string | null;
  /** Looks the session up again: permissions may have changed while a subscription ran. Throws when it ended. */
  renewViewer(): Promise<Viewer | null>;
  /** Added to the `extensions` of a subscription's next result. */
  readonly resultExtensions?: Readonly<Record<string, unknown>>;
  /** Forgets everything that was remembered for the last event. */
  startAnew(viewer: Viewer | null, resultExtensions: Readonly<Record<string, unknown>>): void;
  /** The same request as nobody's: for who is not signed in yet, whatever token came with it. */
  forNobody(): Context;
  readonly guard: CredentialsGuard;
}

/** Looks up what the credentials of a request are worth now. */
export interface StandingFinder {
  /** @throws RequestError UNAUTHENTICATED */
  find(): Promise<Standing>;
}

/** Whether whoever subscribed still may; asked by the transport while a subscription runs. */
export interface CredentialsGuard {
  /** Milliseconds until the credentials are over by themselves; infinite for nobody. */
  readonly lastsMs: number;
  /** Looks again; returns how long they last now. @throws RequestError UNAUTHENTICATED when they are over. */
  renew(): Promise<number>;
  /** Calls `onNews` whenever something may have changed what the viewer may do. */
  watch(onNews: () => void): Disposable;
}

const NO_EXTENSIONS: Readonly<Record<string, unknown>> = {};

/**
 * Makes the context of a subscription new for its next event: GraphQL executes every event with one context object, and
 * what loaders and scopes remembered of the last event must not answer for this one.
 */
export function renewContext(
  context: Context,
  viewer: Viewer | null,
  resultExtensions: Readonly<Record<string, unknown>> = NO_EXTENSIONS,
): void {
  context.startAnew(viewer, resultExtensions);
}
