import type { SqlEntityManager } from '@mikro-orm/sql';
import { v7 } from 'uuid';
import { safeMessage } from '../config/serialize-error.ts';
import { runInTransactionScope } from '../database/open-transaction.ts';
import { type Sql, sqlOf } from '../database/sql.ts';
import { metadataBehind, runInEventContext } from '../event-store/event-context.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventReader } from '../event-store/event-reader.ts';
import { EventLog } from '../event-store/read-events.ts';
import type { RetryPolicy } from './define-handler.ts';
import type { Postponement, Saga, SagaScope, SagaStep } from './define-saga.ts';
import { backoffMs } from './retry.ts';
import { type SagaChange, type SagaInstance, saveInstance, type Transition } from './saga-instance.ts';
import { deadlineOf, nextTurn, type SagaStatus, stepAfter } from './saga-turn.ts';
import { inSpan } from '../tracing.ts';
import { withinTime } from './within-time.ts';

interface Turn {
  readonly em: SqlEntityManager;
  readonly sql: Sql;
  readonly catalogue: EventCatalogue;
  readonly reader: EventReader;
  readonly saga: Saga;
  readonly instance: SagaInstance;
  /** The database's. */
  readonly now: Date;
  readonly signal: AbortSignal;
}

type Work = (scope: SagaScope) => Promise<void>;

const MAX_ERROR = 2_000;

/** Takes a saga, whose row the transaction holds, one step further. @throws what the step throws. */
export async function runTurn(turn: Turn): Promise<void> {
  const { saga, instance, now } = turn;
  const next = nextTurn(saga, instance, now);
  switch (next.kind) {
    case 'wait':
      return save(turn, { due: next.until }, []);
    case 'cancel':
      return save(turn, { status: 'CANCELLED', due: null }, [{ kind: 'CANCELLED', ...causedBy(instance.endedBy) }]);
    case 'run':
      return run(turn, next.step, next.cause?.id ?? null);
    case 'time out':
      return timeOut(turn, next.step);
    case 'compensate':
      return compensate(turn, next.step);
    case 'conclude':
      return conclude(turn);
  }
}

async function run(turn: Turn, step: SagaStep, causeId: string | null): Promise<void> {
  const { saga, instance, now } = turn;
  const state = await perform(turn, causeId, (scope) => step.run(scope));
  const completed = [...instance.completed, step.name];
  const done: Transition = { kind: 'STEP_DONE', step: step.name, ...causedBy(causeId) };
  const following = stepAfter(saga, step.name);
  if (!following) {
    return save(turn, { status: 'COMPLETED', completed, state, attempts: 0, awaits: [], deadline: null, due: null }, [
      done,
      { kind: 'COMPLETED' },
    ]);
  }
  const awaits = (following.awaits ?? []).map((definition) => definition.type);
  const deadline = deadlineOf(following, now);
  // At once, also where it waits: what it waits for may have come already.
  return save(turn, { step: following.name, completed, state, attempts: 0, awaits, deadline, due: 0 }, [done]);
}

async function timeOut(turn: Turn, step: SagaStep): Promise<void> {
  const timedOut: Transition = { kind: 'TIMED_OUT', step: step.name };
  if (!step.onTimeout) {
    const error = `The step ${step.name} waited in vain.`;
    return save(turn, { status: 'COMPENSATING', error, attempts: 0, awaits: [], due: 0 }, [
      timedOut,
      { kind: 'COMPENSATING', error },
    ]);
  }
  const answer: { postponement?: Postponement | null | undefined } = {};
  const state = await perform(turn, null, async (scope) => {
    answer.postponement = await step.onTimeout?.(scope);
  });
  if (answer.postponement) {
    const deadline = new Date(turn.now.getTime() + answer.postponement.waitMs);
    return save(turn, { state, attempts: 0, deadline, due: deadline }, [
      timedOut,
      { kind: 'POSTPONED', step: step.name },
    ]);
  }
  return save(turn, { status: 'COMPLETED', state, attempts: 0, awaits: [], deadline: null, due: null }, [
    timedOut,
    { kind: 'COMPLETED' },
  ]);
}

async function compensate(turn: Turn, step: SagaStep): Promise<void> {
  const { instance } = turn;
  const state = await perform(turn, null, async (scope) => step.compensate?.(scope));
  const change: SagaChange = {
    completed: instance.completed.slice(0, -1),
    compensated: step.compensate ? [...instance.compensated, step.name] : instance.compensated,
    state,
    attempts: 0,
    due: 0,
  };
  return save(turn, change, step.compensate ? [{ kind: 'STEP_COMPENSATED', step: step.name }] : []);
}

async function conclude(turn: Turn): Promise<void> {
  const { saga, instance } = turn;
  const failure = { error: instance.error ?? 'Unknown.', compensated: instance.compensated };
  const state = await perform(turn, null, async (scope) => saga.onFailed?.(scope, failure));
  return save(turn, { status: 'COMPENSATED', state, attempts: 0, deadline: null, due: null }, [
    { kind: 'COMPENSATED' },
  ]);
}

/** Runs work of the saga's, with what it records stamped and flushed; answers the state it leaves. */
async function perform(turn: Turn, causeId: string | null, work: Work): Promise<Readonly<Record<string, unknown>>> {
  const { saga, instance, catalogue, reader } = turn;
  const ids = [instance.startedBy, ...instance.received.map((event) => event.id)];
  const stored = await new EventLog(turn.sql, catalogue).readByIds(ids);
  const readable = await reader.forHandler(turn.sql, stored, saga.decrypts);
  const events = new Map(readable.map((event) => [event.id, event]));
  const started = events.get(instance.startedBy) as StoredEvent | undefined;
  if (!started) throw new Error(`The event ${instance.startedBy} that began the saga is not in the log.`);
  const state = saga.state.parse(instance.state);
  // As in a lane: work that goes on after its time is over holds a transaction that has ended.
  const em = turn.em.fork({ keepTransactionContext: true });
  const scopeWith = (signal: AbortSignal): SagaScope => ({
    em,
    sql: async <Row extends object>(text: string, parameters?: readonly unknown[]) => {
      signal.throwIfAborted();
      return sqlOf(em)<Row>(text, parameters);
    },
    key: instance.key,
    started,
    received: (definition) => {
      const came = instance.received.find((event) => event.type === definition.type);
      return came ? (events.get(came.id) as never) : null;
    },
    state,
    signal,
  });
  const cause = causeId === null ? started : (events.get(causeId) ?? started);
  const options = { kind: 'CONSUMER', parents: [cause.metadata.traceParent] } as const;
  await inSpan(`saga ${saga.name}`, options, async () => {
    const metadata = metadataBehind(instance.correlationId, causeId ?? started.id);
    await runInEventContext({ commandId: v7(), metadata, recorded: [] }, async () => {
      await withinTime(saga.timeoutMs, turn.signal, (signal) =>
        runInTransactionScope(em, () => work(scopeWith(signal))),
      );
      await em.flush();
    });
  });
  return saga.state.parse(state);
}

function save({ sql, instance }: Turn, change: SagaChange, transitions: readonly Transition[]): Promise<void> {
  return saveInstance(sql, instance, change, transitions);
}

function causedBy(eventId: string | null): { readonly eventId?: string } {
  return eventId === null ? {} : { eventId };
}

/** After the step's own transaction was rolled back: counts the failure, and turns round after the last attempt. */
export async function recordFailure(
  sql: Sql,
  instance: SagaInstance,
  error: unknown,
  policy: RetryPolicy,
): Promise<SagaStatus> {
  const message = textOf(error);
  const attempts = instance.attempts + 1;
  const failed: Transition = { kind: 'ATTEMPT_FAILED', step: standingAt(instance), error: message };
  // While steps are taken back, what is shown stays the reason for that.
  const shown = instance.status === 'RUNNING' ? { error: message } : {};
  if (attempts < policy.maxAttempts) {
    await saveInstance(sql, instance, { ...shown, attempts, due: backoffMs(policy, attempts) }, [failed]);
    return instance.status;
  }
  if (instance.status === 'RUNNING') {
    await saveInstance(sql, instance, { ...shown, status: 'COMPENSATING', attempts: 0, awaits: [], due: 0 }, [
      failed,
      { kind: 'COMPENSATING', error: message },
    ]);
    return 'COMPENSATING';
  }
  await saveInstance(sql, instance, { status: 'FAILED', attempts, due: null }, [
    failed,
    { kind: 'FAILED', error: message },
  ]);
  return 'FAILED';
}

function standingAt({ status, step, completed }: SagaInstance): string {
  return status === 'COMPENSATING' ? (completed.at(-1) ?? step) : step;
}

/** What may be stored of an error: without row values, secrets and NUL, and not a megabyte of it. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? safeMessage(error) : 'Something that is no error was thrown.';
  return text.slice(0, MAX_ERROR).replaceAll('\0', '').toWellFormed();
}
