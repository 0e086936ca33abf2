import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { Database } from '../database/database.ts';
import { runInTransactionScope } from '../database/open-transaction.ts';
import { type Sql, sqlOf } from '../database/sql.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { runInEventContext } from '../event-store/event-context.ts';
import type { EventReader } from '../event-store/event-reader.ts';
import { EventLog } from '../event-store/read-events.ts';
import { recordEvent } from '../event-store/record-event.ts';
import type { Handler, TransactionalHandler, TransactionalScope } from './define-handler.ts';
import { type HeldJob, JobLostError, type JobProgress, type JobStep } from './held-job.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import type { JobWork } from './job-runner.ts';
import { countParked, MOST_PARKED, parkForRepeat } from './repeat-effects.ts';
import { keepFailure } from './replay-failures.ts';
import {
  filterFor,
  parseReplayParameters,
  parseReplayState,
  planReplay,
  type ReplayParameters,
} from './replay-plan.ts';
import { ReplayFinished } from './replay.events.ts';
import { withinTime } from './within-time.ts';

interface ReplayDeps {
  readonly database: Database;
  readonly catalogue: EventCatalogue;
  readonly reader: EventReader;
  readonly handlers: readonly Handler[];
}

interface Replay {
  readonly held: HeldJob;
  readonly parameters: ReplayParameters;
  readonly targets: readonly Handler[];
}

/** Events read and handled at once. */
const PAGE = 200;
const COUNT_STATEMENT_MS = 600_000;
const STATEMENT_MS = 30_000;
/** Between two looks whether the handler's lanes have worked off what was given to them. */
const LOOK_MS = [50, 1_000] as const;

/**
 * Gives events to handlers again, one handler after the other, in log order.
 *
 * A transactional handler is called in the transaction that moves the replay's own place, with its lanes locked, so that
 * it never handles old and new events at once; its checkpoint stays. One with outside effects is given the events by its
 * own lanes. An event that fails is noted, and the rest goes on.
 */
export function replayWork(deps: ReplayDeps): JobWork {
  return async (held) => {
    const parameters = parseReplayParameters(held.job.parameters);
    const targets = parameters.targets.map((name) => handlerOf(deps, name));
    const replay = { held, parameters, targets };
    await plan(replay);
    if (!held.job.dryRun) {
      while (parseReplayState(held.job.state).target < targets.length) await repeatFor(deps, replay);
    }
    await finish(replay);
  };
}

function handlerOf({ handlers }: ReplayDeps, name: string): Handler {
  const handler = handlers.find((candidate) => candidate.name === name);
  if (!handler) throw new Error(`This program has no handler ${name}.`);
  return handler;
}

async function plan({ held, parameters, targets }: Replay): Promise<void> {
  const state = parseReplayState(held.job.state);
  if (state.plan) return;
  await held.step(COUNT_STATEMENT_MS, async ({ sql }) => {
    const counted = await planReplay(sql, targets, parameters);
    return { state: { ...state, plan: counted }, total: counted.reduce((sum, { count }) => sum + count, 0) };
  });
}

/** All events of the target under way; ends with the next one being it. */
async function repeatFor(deps: ReplayDeps, replay: Replay): Promise<void> {
  const { held, parameters, targets } = replay;
  const { eventsPerSecond } = parameters;
  const handler = targets[parseReplayState(held.job.state).target];
  if (!handler) return;
  const upTo = Math.min(parameters.upTo, await checkpointOf(deps.database.sql, handler.name));
  for (let size = sizeFor(handler, eventsPerSecond); ;) {
    if (handler.kind === 'EXTERNAL') await untilParked(deps, held, handler.name, MOST_PARKED);
    const began = performance.now();
    const done = await repeatPage(deps, replay, handler, { size, upTo });
    if (done === 'failed') {
      size = Math.max(1, Math.floor(size / 2));
      continue;
    }
    size = Math.min(size * 2, sizeFor(handler, eventsPerSecond));
    if (done === 0) break;
    if (eventsPerSecond !== null)
      await pause((done / eventsPerSecond) * 1_000 - (performance.now() - began), held.signal);
  }
  if (handler.kind === 'EXTERNAL') await untilParked(deps, held, handler.name, 0);
  await held.step(STATEMENT_MS, async ({ sql }) => {
    const { target, ...state } = parseReplayState(held.job.state);
    const stuck = handler.kind === 'EXTERNAL' ? (await countParked(sql, handler.name, held.job.id)).stuck : 0;
    return { state: { ...state, target: target + 1, position: 0 }, failed: held.job.failed + stuck };
  });
}

function sizeFor(handler: Handler, eventsPerSecond: number | null): number {
  return Math.max(1, Math.min(PAGE, handler.batchSize, eventsPerSecond ?? PAGE));
}

/** How many events were handed over; 'failed' when it was more than one and they have to be tried in smaller parts. */
async function repeatPage(
  deps: ReplayDeps,
  replay: Replay,
  handler: Handler,
  { size, upTo }: { readonly size: number; readonly upTo: number },
): Promise<number | 'failed'> {
  const { held } = replay;
  let events: readonly StoredEvent[] = [];
  const committed: (() => void)[] = [];
  try {
    await held.step(handler.timeoutMs, async (step) => {
      events = await readPage(deps, replay, handler, step.sql, { size, upTo });
      if (handler.kind === 'EXTERNAL') await parkForRepeat(step.sql, handler.name, held.job.id, events);
      else await handleAgain(deps.reader, handler, events, step, held.signal, committed);
      return progressBehind(held, events);
    });
  } catch (error) {
    if (held.signal.aborted || error instanceof JobLostError || isInfrastructureFailure(error)) throw error;
    const [first] = events;
    if (!first) throw error;
    if (events.length > 1) return 'failed';
    await held.step(STATEMENT_MS, async ({ sql }) => {
      const opened = await deps.reader.openedTexts(sql, first, handler.decrypts);
      await keepFailure(sql, held.job.id, handler.name, first, { error, opened });
      return { ...progressBehind(held, [first]), failed: held.job.failed + 1 };
    });
  }
  for (const tell of committed) tell();
  return events.length;
}

async function readPage(
  { catalogue }: ReplayDeps,
  { held, parameters }: Replay,
  handler: Handler,
  sql: Sql,
  { size, upTo }: { readonly size: number; readonly upTo: number },
): Promise<StoredEvent[]> {
  const { position } = parseReplayState(held.job.state);
  const filter = filterFor(handler, parameters);
  return new EventLog(sql, catalogue).read({ filter, after: position, before: upTo + 1, limit: size });
}

function progressBehind({ job }: HeldJob, events: readonly StoredEvent[]): JobProgress {
  const state = parseReplayState(job.state);
  const position = events.at(-1)?.position ?? state.position;
  return { state: { ...state, position }, processed: job.processed + events.length };
}

/** Leaves out what is parked for the handler: that is handled in its turn, and an operator decides on what is dead. */
async function handleAgain(
  reader: EventReader,
  handler: TransactionalHandler,
  events: readonly StoredEvent[],
  { em, sql }: JobStep,
  outer: AbortSignal,
  committed: (() => void)[],
): Promise<void> {
  if (events.length === 0) return;
  await sql('select 1 from handler_lane where handler = $1 order by lane for update', [handler.name]);
  const parked = await sql<{ event_id: string }>(
    'select event_id from parked_event where handler = $1 and event_id = any($2::uuid[])',
    [handler.name, events.map((event) => event.id)],
  );
  const waiting = new Set(parked.map((row) => row.event_id));
  const again = events.filter((event) => !waiting.has(event.id));
  if (again.length === 0) return;
  const readable = await reader.forHandler(sql, again, handler.decrypts);
  // As in a lane: work that goes on after its time is over holds a transaction that has ended.
  const own = em.fork({ keepTransactionContext: true });
  const scopeWith = (signal: AbortSignal): TransactionalScope => ({
    em: own,
    sql: async <Row extends object>(text: string, parameters?: readonly unknown[]) => {
      signal.throwIfAborted();
      return sqlOf(own)<Row>(text, parameters);
    },
    causedBy: () => Promise.reject(new Error(`${handler.name} records events, and must not record them again.`)),
    afterCommit: (tell) => void committed.push(tell),
    repeated: true,
  });
  await withinTime(handler.timeoutMs, outer, (signal) =>
    runInTransactionScope(own, () => handler.handle(readable, scopeWith(signal))),
  );
  await own.flush();
}

/** What is above it has not been handled yet, and will be. */
async function checkpointOf(sql: Sql, handler: string): Promise<number> {
  const [row] = await sql<{ position: string }>(
    'select coalesce(min(position), 0)::text as position from handler_lane where handler = $1',
    [handler],
  );
  return Number(row?.position ?? 0);
}

async function untilParked({ database }: ReplayDeps, held: HeldJob, handler: string, most: number): Promise<void> {
  for (let look: number = LOOK_MS[0]; (await countParked(database.sql, handler, held.job.id)).open > most;) {
    await pause(look, held.signal);
    look = Math.min(look * 2, LOOK_MS[1]);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  signal.throwIfAborted();
}

async function finish({ held }: Replay): Promise<void> {
  const { job } = held;
  const { requestedBy: userId, correlationId } = job;
  const metadata = { userId, correlationId, causationId: null, ipAddress: null, userAgent: null };
  await runInEventContext({ commandId: v7(), metadata, recorded: [] }, () =>
    held.step(STATEMENT_MS, async ({ em }) => {
      const { id: replayId, dryRun, total, processed, failed } = job;
      await recordEvent(em, ReplayFinished, replayId, { replayId, dryRun, total, processed, failed });
      return { status: 'COMPLETED' };
    }),
  );
}
