import type { SqlEntityManager } from '@mikro-orm/sql';
import { z } from 'zod';
import type { Sql } from '../database/sql.ts';
import type { EventDefinition } from '../event-store/define-event.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { checkDecrypts, type EventOf, type RetryPolicy } from './define-handler.ts';

type StateSchema = z.ZodObject;

/** What a step works with. Everything it writes with `em` and `sql` commits with the saga's own progress, or not at all. */
export interface SagaScope<Start extends EventDefinition = EventDefinition, State extends StateSchema = StateSchema> {
  readonly em: SqlEntityManager;
  readonly sql: Sql;
  readonly key: string;
  /** What began the saga. What the step records has its correlation, and the event that led to the step as its cause. */
  readonly started: EventOf<Start>;
  /** The event of this type that came while the saga ran, the first of them; null when none did. */
  readonly received: <Definition extends EventDefinition>(definition: Definition) => EventOf<Definition> | null;
  /** The saga's own memory: change it in place, it is checked and stored with the step. No personal data. */
  readonly state: z.output<State>;
  /** Aborted when the step's time is over. */
  readonly signal: AbortSignal;
}

export interface SagaStep<Start extends EventDefinition = EventDefinition, State extends StateSchema = StateSchema> {
  /** Stored with the saga: never renamed while one is under way. */
  readonly name: string;
  /** The step waits for the first of these; without it runs at once. One that came early counts. */
  readonly awaits?: readonly EventDefinition[];
  /** How long it waits, from what led to the step: the starting event, or the step before. Milliseconds. */
  readonly withinMs?: number;
  run(scope: SagaScope<Start, State>): Promise<void>;
  /** Takes back what `run` did, when a later step fails for good or waits in vain. */
  compensate?(scope: SagaScope<Start, State>): Promise<void>;
  /** Instead of a failure when `withinMs` is over: ends the saga well, or has it wait on when it answers for how long. */
  onTimeout?(scope: SagaScope<Start, State>): Promise<Postponement | null>;
}

export interface Postponement {
  /** From now. */
  readonly waitMs: number;
}

export interface SagaFailure {
  /** Safe to show. */
  readonly error: string;
  /** Names of the steps that were taken back, in that order. */
  readonly compensated: readonly string[];
}

export interface Saga<Start extends EventDefinition = EventDefinition, State extends StateSchema = StateSchema> {
  /** Of its handler as well: never renamed. */
  readonly name: string;
  readonly startsOn: Start;
  /** The sensitive fields its steps may read; see `Handler.decrypts`. */
  readonly decrypts: readonly string[];
  /** Other events that end it wherever it is, with nothing taken back: what it was about is no more. */
  readonly endsOn: readonly EventDefinition[];
  /** Which saga an event belongs to: the same for all events of one. At most one saga per key is ever begun. */
  keyOf(event: StoredEvent): string;
  readonly state: State;
  readonly steps: readonly SagaStep<Start, State>[];
  /** When everything has been taken back. */
  onFailed?(scope: SagaScope<Start, State>, failure: SagaFailure): Promise<void>;
  /** Of a step, and of a compensation. */
  readonly retry: Partial<RetryPolicy>;
  /** After this an attempt of a step counts as failed. Milliseconds. */
  readonly timeoutMs: number;
  /** Where a new saga begins on an existing log. */
  readonly startAt: 'beginning' | 'now';
}

type Optional = 'decrypts' | 'endsOn' | 'state' | 'retry' | 'timeoutMs' | 'startAt';

/**
 * Declares a process that is driven by events, step by step. Each step is one transaction with the saga's progress, so it
 * happens once, and whoever finds the saga after a crash goes on with the next. A step that throws is tried again with
 * growing pauses; after the last attempt, or when it waited too long, the steps before it are taken back in reverse.
 *
 * @throws Error at start when two steps share a name, or a time-out has nothing to wait for.
 */
export function defineSaga<Start extends EventDefinition, State extends StateSchema = z.ZodObject<{}>>(
  options: Omit<Saga<Start, State>, Optional> & Partial<Pick<Saga<Start, State>, Optional>>,
): Saga {
  const names = new Set(options.steps.map((step) => step.name));
  if (names.size !== options.steps.length) throw new Error(`${options.name}: two steps share a name.`);
  for (const step of options.steps) {
    if (step.withinMs !== undefined && !step.awaits) {
      throw new Error(`${options.name}: the step ${step.name} has a time-out, but nothing to wait for.`);
    }
  }
  const saga: Saga<Start, State> = {
    decrypts: [],
    endsOn: [],
    state: z.object({}) as unknown as State,
    retry: {},
    timeoutMs: 30_000,
    startAt: 'now',
    ...options,
  };
  // The runner gives a saga only events of the types it named, upcast to their definitions.
  const declared: Saga = saga;
  checkDecrypts(saga.name, eventsOf(declared), saga.decrypts);
  return declared;
}

/** Every event that concerns the saga. */
export function eventsOf(saga: Saga): EventDefinition[] {
  return [...new Set([saga.startsOn, ...saga.endsOn, ...saga.steps.flatMap((step) => step.awaits ?? [])])];
}

/** Raised when a saga may be due; see `Signals`. */
export const SAGAS_SIGNAL = 'sagas';
