import type { SqlEntityManager } from '@mikro-orm/sql';
import { initContextCache } from '@pothos/core';
import type { Database } from '../database/database.ts';
import type { CommandBus } from '../event-bus/command-bus.ts';
import type { Handler } from '../event-bus/define-handler.ts';
import type { Projection } from '../event-bus/define-projection.ts';
import type { LogTail } from '../event-bus/log-tail.ts';
import type { Signals } from '../event-bus/signals.ts';
import type { TaggedCache } from '../event-bus/tagged-cache.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { RequestOrigin, Viewer } from '../viewer.ts';

/** What one module offers to others at run time; each module adds its own by declaration merging, `app.ts` wires them. */
export interface ModuleServices {}

export interface CoreServices {
  readonly database: Database;
  readonly commands: CommandBus;
  readonly log: EventLog;
  readonly tail: LogTail;
  /** For queries only: a mutation's own payload reads the database. Never for what decides whether somebody is let in. */
  readonly cache: TaggedCache;
  readonly catalogue: EventCatalogue;
  /** The handlers this program knows, whether this process runs them or not. */
  readonly handlers: readonly Handler[];
  readonly projections: readonly Projection[];
  readonly signals: Signals;
  /** Null where no Redis is configured. */
  readonly redisHealthy: () => boolean | null;
  readonly streamBatch: number;
}

/** Lives for one request, or for one event of a subscription: loaders and scope decisions must not outlive it. */
export interface Context {
  readonly viewer: Viewer | null;
  readonly origin: RequestOrigin;
  /** For reads. On the primary, since an answer must show the change it acknowledges. */
  readonly em: SqlEntityManager;
  readonly core: CoreServices;
  readonly services: ModuleServices;
  /** Ends with the request, or with the client's subscription. */
  readonly signal: AbortSignal;
  /** Looks the session up again: permissions may have changed while a subscription ran. Throws when it ended. */
  renewViewer(): Promise<Viewer | null>;
  /** Added to the `extensions` of a subscription's next result. */
  resultExtensions?: Readonly<Record<string, unknown>>;
}

/**
 * Makes the context of a subscription new for its next event: GraphQL executes every event with one context object, and
 * what loaders and scopes remembered of the last event must not answer for this one.
 */
export function renewContext(
  context: Context,
  viewer: Viewer | null,
  resultExtensions: Readonly<Record<string, unknown>>,
): void {
  Object.assign(context, initContextCache(), { viewer, resultExtensions, em: context.core.database.orm.em.fork() });
}
