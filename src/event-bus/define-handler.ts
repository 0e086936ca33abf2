import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Sql } from '../database/sql.ts';
import type { EventDataOf, EventDefinition } from '../event-store/define-event.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { declares } from '../event-store/event-reader.ts';

/** A stored event whose type and data are those of one of the definitions. */
export type EventOf<Definition extends EventDefinition> = Definition extends EventDefinition
  ? Omit<StoredEvent, 'type' | 'data'> & { readonly type: Definition['type']; readonly data: EventDataOf<Definition> }
  : never;

export interface RetryPolicy {
  /** Attempts of one event before it becomes a dead letter; 1 or more. */
  readonly maxAttempts: number;
  /** Pause after the first failure; doubles with each further one, with jitter. Milliseconds. */
  readonly baseMs: number;
  readonly maxMs: number;
}

interface HandlerCommon<Definitions extends readonly EventDefinition[]> {
  /** Says the effect; the key of its checkpoint, so never renamed. */
  readonly name: string;
  readonly events: Definitions;
  /**
   * The sensitive fields it may read, as their paths or the beginnings of them: `user.email`, `previousData`, `metadata`. All
   * others are `[redacted]`, address and device of the metadata null; of an erased person they are `[erased]`, and null.
   */
  readonly decrypts: readonly string[];
  /** Where a new handler begins on an existing log: at its first event, or with what comes from now on. */
  readonly startAt: 'beginning' | 'now';
  /** How many streams of work an aggregate's hash is spread over; each keeps order by itself. Fixed at first registration. */
  readonly lanes: number;
  /** Events handed over at a time, at most. */
  readonly batchSize: number;
  readonly retry?: Partial<RetryPolicy>;
  /** After this an attempt counts as failed. Milliseconds. */
  readonly timeoutMs: number;
}

export interface TransactionalScope {
  /** The checkpoint's transaction: what is written with it is written exactly once. */
  readonly em: SqlEntityManager;
  readonly sql: Sql;
  /** Runs work that changes aggregates because of one event: flushes, and stamps what it records with that event's correlation. */
  readonly causedBy: <Result>(
    event: Pick<StoredEvent, 'id' | 'metadata'>,
    work: () => Promise<Result>,
  ) => Promise<Result>;
  /** To be called once the transaction has committed, to wake who waits for what it wrote; must not throw. */
  readonly afterCommit: (tell: () => void) => void;
  /** Whether a replay hands these events over: they may have been handled before. */
  readonly repeated: boolean;
}

/** Effects in our database only: exactly once, since checkpoint and effect share a transaction. */
export interface TransactionalHandler<
  Definitions extends readonly EventDefinition[] = readonly EventDefinition[],
> extends HandlerCommon<Definitions> {
  readonly kind: 'TRANSACTIONAL' | 'PROJECTION' | 'SAGA';
  /**
   * Whether a replay may hand over an event that was handled before, also when later ones were: that leaves what handling
   * it once with the present program leaves. Records no events.
   */
  readonly repeatable?: boolean;
  /** Gets a batch in log order. If it throws, the batch is rolled back and the culprit found by halving. */
  handle(events: readonly EventOf<Definitions[number]>[], scope: TransactionalScope): Promise<void>;
}

export interface EffectScope {
  /** The same for every attempt of this effect, on every node, for ever. */
  readonly dedupeKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when the attempt has timed out or this node has lost the lane. */
  readonly signal: AbortSignal;
}

/** What an effect leaves to be done in the transaction that marks it done. */
export type EffectResult =
  | { readonly complete?: (scope: { readonly em: SqlEntityManager }) => Promise<void> }
  | undefined;

/** Effects outside: at least once, with a ledger and a stable key that lets the other side drop repeats. */
export interface ExternalHandler<
  Definitions extends readonly EventDefinition[] = readonly EventDefinition[],
> extends HandlerCommon<Definitions> {
  readonly kind: 'EXTERNAL';
  /** What it talks to: handlers of one dependency share its circuit breaker and its bulkhead. */
  readonly dependency: string;
  /** Effects of one lane under way at once, each of another aggregate. */
  readonly concurrency: number;
  dedupeKey(event: EventOf<Definitions[number]>): string;
  /**
   * Asked before repeating an effect whose outcome is unknown: true when the other side already has it, or what `handle`
   * would have answered then if there is something to complete.
   */
  wasDone?(event: EventOf<Definitions[number]>, dedupeKey: string): Promise<boolean | NonNullable<EffectResult>>;
  handle(event: EventOf<Definitions[number]>, scope: EffectScope): Promise<EffectResult>;
}

export type Handler = TransactionalHandler | ExternalHandler;

/**
 * The other side works but refuses this effect for good (a mail address that does not exist): a dead letter at once,
 * and no sign that the dependency is down.
 */
export class EffectRefusedError extends Error {
  override readonly name = 'EffectRefusedError';
}

type Defaults = 'decrypts' | 'startAt' | 'lanes' | 'batchSize' | 'timeoutMs';
type WithDefaults<Full, Optional extends keyof Full> = Omit<Full, Optional> & Partial<Pick<Full, Optional>>;

/** Declares a handler whose effects are rows of our own database. @throws Error at start, see `checkDecrypts` */
export function defineTransactionalHandler<const Definitions extends readonly EventDefinition[]>(
  options: WithDefaults<TransactionalHandler<Definitions>, Defaults | 'kind'>,
): Handler {
  const handler: TransactionalHandler<Definitions> = {
    kind: 'TRANSACTIONAL',
    decrypts: [],
    startAt: 'beginning',
    lanes: 1,
    batchSize: 500,
    timeoutMs: 30_000,
    ...options,
  };
  checkDecrypts(handler.name, handler.events, handler.decrypts);
  // The runner hands a handler only events of the types it named, upcast to their definitions.
  return handler;
}

/** Declares a handler that acts outside: mails, calls. @throws Error at start, see `checkDecrypts` */
export function defineExternalHandler<const Definitions extends readonly EventDefinition[]>(
  options: WithDefaults<ExternalHandler<Definitions>, Defaults | 'kind' | 'concurrency' | 'dedupeKey'>,
): Handler {
  const handler: ExternalHandler<Definitions> = {
    kind: 'EXTERNAL',
    decrypts: [],
    startAt: 'now',
    lanes: 4,
    batchSize: 100,
    timeoutMs: 30_000,
    concurrency: 8,
    dedupeKey: (event) => `${options.name}:${event.id}`,
    ...options,
  };
  checkDecrypts(handler.name, handler.events, handler.decrypts);
  return handler;
}

const ORIGIN_PATHS = ['metadata.ipAddress', 'metadata.userAgent'];

/** @throws Error for a declared path that leads to nothing sensitive: misspelt, or left from before. */
export function checkDecrypts(name: string, events: readonly EventDefinition[], decrypts: readonly string[]): void {
  const paths = [
    ...ORIGIN_PATHS,
    ...events.flatMap((definition) => definition.sensitive.map((path) => `data.${path}`)),
  ];
  const idle = decrypts.find((declared) => !paths.some((path) => declares([declared], path)));
  if (idle !== undefined) throw new Error(`${name}: no event it reads has a sensitive field ${idle}.`);
}
