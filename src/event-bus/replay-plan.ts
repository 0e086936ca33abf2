import { z } from 'zod';
import type { Sql } from '../database/sql.ts';
import { countMatches } from '../event-store/count-events.ts';
import type { EventFilter } from '../event-store/event-filter.ts';
import type { Handler } from './define-handler.ts';

const replayParameters = z.object({
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  eventTypes: z.array(z.string()).nullable(),
  aggregateId: z.string().nullable(),
  /** Names of the handlers, those with outside effects among them. */
  targets: z.array(z.string()),
  includeEffects: z.array(z.string()),
  eventsPerSecond: z.int().nullable(),
  /** The end of the log when it was asked for: what came later is handled anyway. */
  upTo: z.int(),
});
/** What was asked for, as stored with the job. */
export type ReplayParameters = z.output<typeof replayParameters>;

const replayPlan = z.array(z.object({ handler: z.string(), type: z.string(), count: z.int() }));
/** How many events of which type which handler gets. */
export type ReplayPlan = z.output<typeof replayPlan>;

const replayState = z.object({
  plan: replayPlan.nullable().default(null),
  /** Index of the target under way. */
  target: z.int().default(0),
  /** What it has been given. */
  position: z.int().default(0),
});
export type ReplayState = z.output<typeof replayState>;

export function parseReplayParameters(parameters: unknown): ReplayParameters {
  return replayParameters.parse(parameters);
}

export function parseReplayState(state: unknown): ReplayState {
  return replayState.parse(state);
}

/** The events that one handler gets. */
export function filterFor(handler: Handler, { from, to, eventTypes, aggregateId }: ReplayParameters): EventFilter {
  const own = handler.events.map((definition) => definition.type);
  return {
    types: eventTypes ? own.filter((type) => eventTypes.includes(type)) : own,
    ...(aggregateId === null ? {} : { aggregateId }),
    ...(from === null ? {} : { from: new Date(from) }),
    ...(to === null ? {} : { to: new Date(to) }),
  };
}

/** Counts once per type, however many handlers get it. */
export async function planReplay(
  sql: Sql,
  targets: readonly Handler[],
  parameters: ReplayParameters,
): Promise<ReplayPlan> {
  const types = [...new Set(targets.flatMap((handler) => filterFor(handler, parameters).types ?? []))];
  const [first] = targets;
  const rows = first ? await countMatches(sql, { ...filterFor(first, parameters), types }, parameters.upTo) : [];
  const counts = new Map<string, number>();
  for (const { type, count } of rows) counts.set(type, (counts.get(type) ?? 0) + count);
  return targets.flatMap((handler) =>
    (filterFor(handler, parameters).types ?? []).flatMap((type) => {
      const count = counts.get(type) ?? 0;
      return count > 0 ? [{ handler: handler.name, type, count }] : [];
    }),
  );
}
