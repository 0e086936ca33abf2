import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database/database.ts';
import { sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import { RequestError } from '../errors.ts';
import { appendRecorded } from './append-events.ts';
import type { AggregateDefinition } from './define-aggregate.ts';
import type { EventDataOf, EventDefinition } from './define-event.ts';
import type { EventData, RecordedEvent } from './domain-event.ts';
import { currentEventContext } from './event-context.ts';
import { newEvent } from './new-event.ts';
import { eventOf, type EventRow } from './read-events.ts';
import { saveSnapshots } from './snapshot.ts';

/** An aggregate as its events make it. */
export interface Sourced<State> {
  readonly id: string;
  /** Of its last event; 0 before the first. */
  readonly version: number;
  readonly state: State;
  /** The snapshot it was loaded from; 0 for none. */
  readonly snapshotVersion: number;
}

/** An event that a decision asks for. Made by `fact`. */
export interface Fact {
  readonly definition: EventDefinition;
  readonly data: EventData;
}

export function fact<Definition extends EventDefinition>(definition: Definition, data: EventDataOf<Definition>): Fact {
  return { definition, data };
}

export interface Change<State> {
  readonly aggregate: Sourced<State>;
  /** In order; none leaves the aggregate as it is. */
  readonly facts: readonly Fact[];
}

interface RepositoryOptions<State> {
  /** A snapshot is taken when this many events have come since the last. */
  readonly snapshotEvery: number;
  /**
   * Writes the read model of the changed aggregates, in the append's transaction: whoever sees the events sees it.
   * Runs again for all aggregates when the read model is rebuilt, so it must be able to replace what is there. What need
   * not be waited for is best put off (`putOff`): then it goes out with the append.
   */
  readonly project?: (em: SqlEntityManager, changed: readonly Sourced<State>[]) => Promise<void>;
}

/** Events read and folded at a time: what bounds the memory of a load. */
const PAGE = 500;
const REPROJECTED_AT_ONCE = 50;

/** A row of the page: of an event, or the snapshot before them, which has no type. */
interface SourceRow extends Omit<EventRow, 'position' | 'type'> {
  readonly type: string | null;
}

/** Loads and appends the aggregates of one type. Holds no state: one for the whole program. */
export class EventSourcedRepository<State> {
  readonly #definition: AggregateDefinition<State>;
  readonly #options: RepositoryOptions<State>;

  constructor(definition: AggregateDefinition<State>, options: RepositoryOptions<State>) {
    this.#definition = definition;
    this.#options = options;
  }

  /** An aggregate without events yet. */
  blank(id: string): Sourced<State> {
    return { id, version: 0, state: this.#definition.initial, snapshotVersion: 0 };
  }

  /**
   * Folds the newest usable snapshot and the events after it: one round trip, and one more for every 500 events. An
   * aggregate that has no events is a blank one, of version 0.
   *
   * @throws RequestError SERVICE_UNAVAILABLE for an event that only a newer program can know.
   */
  async load(em: SqlEntityManager, id: string, { snapshots = true } = {}): Promise<Sourced<State>> {
    const { type, foldVersion } = this.#definition;
    const sql = sqlOf(em);
    let aggregate = this.blank(id);
    let rows = await sql<SourceRow>(SNAPSHOT_AND_TAIL, [type, id, snapshots ? foldVersion : NO_FOLD, PAGE]);
    const [first] = rows;
    if (first && first.type === null) {
      // Taken by the same fold, or it would not have been found.
      aggregate = { ...aggregate, version: first.version, snapshotVersion: first.version, state: first.data as State };
      rows = rows.slice(1);
    }
    for (;;) {
      aggregate = this.#fold(
        aggregate,
        rows.map((row) => eventOf(this.#definition.catalogue, row as EventRow)),
      );
      if (rows.length < PAGE) return aggregate;
      rows = await sql<SourceRow>(NEXT_PAGE, [type, id, aggregate.version, PAGE]);
    }
  }

  /**
   * Appends to one aggregate at the version it was loaded at, inside the command's transaction.
   *
   * @throws StreamConflictError when others were faster; on PostgreSQL not before the next statement, or the commit.
   */
  async append(em: SqlEntityManager, aggregate: Sourced<State>, facts: readonly Fact[]): Promise<Sourced<State>> {
    const [changed = aggregate] = await this.appendAll(em, [{ aggregate, facts }]);
    return changed;
  }

  /** The same for several aggregates, each once, still in one round trip. Answers them in the order given. */
  async appendAll(em: SqlEntityManager, changes: readonly Change<State>[]): Promise<Sourced<State>[]> {
    const context = currentEventContext();
    if (!context || !em.isInTransaction()) throw new Error(`${this.#definition.type} changed outside a command.`);
    const real = changes.filter(({ facts }) => facts.length > 0);
    if (real.length === 0) return changes.map(({ aggregate }) => aggregate);
    const streams = real.map(({ aggregate, facts }) => ({
      aggregateType: this.#definition.type,
      aggregateId: aggregate.id,
      expectedVersion: aggregate.version,
      events: facts.map(({ definition, data }) => newEvent(definition, aggregate.id, data as never)),
    }));
    const recorded = await appendRecorded(em, streams, context);
    context.recorded.push(...recorded);
    const events = Map.groupBy(recorded, (event) => event.aggregateId);
    const after = changes.map(({ aggregate }) => this.#after(aggregate, events.get(aggregate.id) ?? []));
    await this.#saveDueSnapshots(em, after, events);
    await this.#options.project?.(
      em,
      after.filter(({ id }) => events.has(id)),
    );
    return after;
  }

  /**
   * Writes the read model anew from the events of every aggregate, snapshots apart, a few aggregates at a time and each
   * under the lock of its stream: meanwhile readers see each either as it was or as it is now. Answers how many.
   */
  async reprojectAll(database: Database): Promise<number> {
    let count = 0;
    for (let last: string | undefined = ''; last !== undefined;) {
      const done: readonly string[] = await transact(database, (em) => this.#reproject(em, last ?? ''));
      count += done.length;
      last = done.at(-1);
    }
    return count;
  }

  async #reproject(em: SqlEntityManager, behind: string): Promise<string[]> {
    const sql = sqlOf(em);
    const { type, transitions } = this.#definition;
    // By their first events: the failures of commands have streams under the same type, and are no aggregates.
    const first = await sql<{ aggregate_id: string }>(
      `select aggregate_id from event
       where aggregate_type = $1 and aggregate_id > $2 and version = 1 and event.type = any($3::text[])
       order by aggregate_id limit $4`,
      [type, behind, [...transitions.keys()], REPROJECTED_AT_ONCE],
    );
    const ids = first.map((event) => event.aggregate_id);
    await sql(
      `select 1 from event_stream where aggregate_type = $1 and aggregate_id = any($2::text[])
       order by aggregate_id for update`,
      [type, ids],
    );
    const aggregates: Sourced<State>[] = [];
    for (const id of ids) aggregates.push(await this.load(em, id, { snapshots: false }));
    if (aggregates.length > 0) await this.#options.project?.(em, aggregates);
    return ids;
  }

  async #saveDueSnapshots(
    em: SqlEntityManager,
    aggregates: readonly Sourced<State>[],
    events: ReadonlyMap<string, readonly RecordedEvent[]>,
  ): Promise<void> {
    const due = aggregates.filter(({ id, version, snapshotVersion }) => events.has(id) && version === snapshotVersion);
    await saveSnapshots(
      em,
      this.#definition,
      due.map(({ id, version, state }) => ({
        aggregateId: id,
        version,
        state,
        subjectId: events.get(id)?.at(-1)?.subjectId ?? null,
      })),
    );
  }

  /** As `#fold`, deciding whether a snapshot is due: then that is the one the aggregate stands on from now on. */
  #after(aggregate: Sourced<State>, events: readonly RecordedEvent[]): Sourced<State> {
    const after = this.#fold(aggregate, events);
    const isDue = after.version - after.snapshotVersion >= this.#options.snapshotEvery;
    return isDue ? { ...after, snapshotVersion: after.version } : after;
  }

  #fold(aggregate: Sourced<State>, events: readonly RecordedEvent[]): Sourced<State> {
    let { version, state } = aggregate;
    for (const event of events) {
      const transition = this.#definition.transitions.get(event.type);
      if (!transition || event.schemaVersion > transition.definition.schemaVersion) {
        throw new RequestError('SERVICE_UNAVAILABLE', 'This was changed by a newer version of the program. Try again.');
      }
      state = transition.apply(state, event);
      version = event.version;
    }
    return { ...aggregate, version, state };
  }
}

/** No fold has this version. */
const NO_FOLD = -1;

const EVENT_COLUMNS = `e.id, e.aggregate_type, e.aggregate_id, e.version, e.type, e.schema_version, e.subject_id,
  e.command_id, e.data, e.metadata, e.sealed`;

const SNAPSHOT_AND_TAIL = `
  with snapshot as (
    select version, state from aggregate_snapshot where aggregate_type = $1 and aggregate_id = $2 and fold_version = $3
  )
  select null::uuid as id, $1 as aggregate_type, $2 as aggregate_id, version, null as type, 0 as schema_version,
         null::uuid as subject_id, null::uuid as command_id, state as data, null::jsonb as metadata, null::jsonb as sealed
  from snapshot
  union all
  (select ${EVENT_COLUMNS} from event e
   where e.aggregate_type = $1 and e.aggregate_id = $2 and e.version > coalesce((select version from snapshot), 0)
   order by e.version limit $4)
  order by version, type nulls first`;

const NEXT_PAGE = `
  select ${EVENT_COLUMNS} from event e
  where e.aggregate_type = $1 and e.aggregate_id = $2 and e.version > $3 order by e.version limit $4`;
