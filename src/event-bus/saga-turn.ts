import type { Saga, SagaStep } from './define-saga.ts';

export type SagaStatus = 'RUNNING' | 'COMPENSATING' | 'COMPLETED' | 'COMPENSATED' | 'CANCELLED' | 'FAILED';

/** An event that came while the saga ran. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly position: number;
}

/** What is decided on. */
export interface SagaPlace {
  readonly status: SagaStatus;
  /** The step it stands at. */
  readonly step: string;
  /** Steps that are done and not taken back, in order. */
  readonly completed: readonly string[];
  /** At most one of each type, in log order. */
  readonly received: readonly ReceivedEvent[];
  /** The event that ends it; null when none came. */
  readonly endedBy: string | null;
  /** When the step it stands at has waited long enough; null for ever. */
  readonly deadline: Date | null;
}

export type SagaTurn =
  | { readonly kind: 'cancel' }
  | { readonly kind: 'run'; readonly step: SagaStep; readonly cause: ReceivedEvent | null }
  | { readonly kind: 'wait'; readonly until: Date | null }
  | { readonly kind: 'time out'; readonly step: SagaStep }
  | { readonly kind: 'compensate'; readonly step: SagaStep }
  | { readonly kind: 'conclude' };

/**
 * What a saga does next. Pure.
 *
 *   RUNNING ──step──▶ RUNNING … ──last step──▶ COMPLETED        (or CANCELLED by an event; a time-out may COMPLETE or postpone it)
 *      └──last attempt failed, or waited in vain──▶ COMPENSATING ──each step done, in reverse──▶ COMPENSATED
 *                                                        └──last attempt failed──▶ FAILED, until an operator retries it
 *
 * @throws Error when the saga stands at a step that the program does not have any more.
 */
export function nextTurn(saga: Saga, place: SagaPlace, now: Date): SagaTurn {
  if (place.status === 'COMPENSATING') {
    const last = place.completed.at(-1);
    return last === undefined ? { kind: 'conclude' } : { kind: 'compensate', step: stepOf(saga, last) };
  }
  if (place.endedBy !== null) return { kind: 'cancel' };
  const step = stepOf(saga, place.step);
  if (!step.awaits) return { kind: 'run', step, cause: null };
  const types = new Set(step.awaits.map((definition) => definition.type));
  const cause = place.received.find((event) => types.has(event.type));
  if (cause) return { kind: 'run', step, cause };
  if (place.deadline === null || now < place.deadline) return { kind: 'wait', until: place.deadline };
  return { kind: 'time out', step };
}

function stepOf(saga: Saga, name: string): SagaStep {
  const step = saga.steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`The saga ${saga.name} has no step ${name} any more.`);
  return step;
}

/** The step after one; null after the last. */
export function stepAfter(saga: Saga, name: string): SagaStep | null {
  return saga.steps[saga.steps.findIndex((step) => step.name === name) + 1] ?? null;
}

/** When a step that is entered has waited long enough. */
export function deadlineOf(step: SagaStep, since: Date): Date | null {
  return step.withinMs === undefined ? null : new Date(since.getTime() + step.withinMs);
}
