import type { EventDefinition } from '../event-store/define-event.ts';

/**
 * A read model kept in tables of our own, run by a transactional lane: exactly once, with its checkpoint in the same
 * transaction. Declared once, used for the live events and for a rebuild from the log.
 */
export interface Projection {
  /** Of its handler as well, and the key of its checkpoint: never renamed. */
  readonly name: string;
  /** Raise it when `apply` changes: the projection is then rebuilt by itself at the next start, beside the old one. */
  readonly version: number;
  readonly events: readonly EventDefinition[];
  /** Every table it writes. Each has a column `generation integer`, part of its key. */
  readonly tables: readonly string[];
  /**
   * Statements that bring the tables from the state before a batch of events to the one after it, run in order in one
   * transaction. They read the relation `batch` and write rows of its `generation`, so that a rebuild fills another
   * generation meanwhile:
   *
   *   batch (generation integer, position bigint, event_id uuid, type text, aggregate_type text, aggregate_id text,
   *          version integer, at timestamptz, data jsonb)
   *
   * `data` has the newest shape of its definition. A statement may begin with WITH. The result must follow from the
   * events alone (no clock, no other table), or a rebuild could not be compared.
   */
  readonly apply: readonly [string, ...string[]];
}

const TABLE = /^[a-z][a-z0-9_]*$/;

/** @throws Error at start for a name that is none, a version below 1 or a table name that would need quoting. */
export function defineProjection(projection: Projection): Projection {
  if (!TABLE.test(projection.name)) throw new Error(`${projection.name}: a projection is named in snake_case.`);
  if (!Number.isInteger(projection.version) || projection.version < 1) {
    throw new Error(`${projection.name}: the version of a projection is 1 or more.`);
  }
  for (const table of projection.tables) {
    if (!TABLE.test(table)) throw new Error(`${projection.name}: ${table} is no table name in snake_case.`);
  }
  return projection;
}

/** Raised whenever the projection got further, or was swapped; see `Signals`. */
export function projectionSignal(name: string): string {
  return `projection:${name}`;
}
