import type { SqlEntityManager } from '@mikro-orm/sql';
import type { RecordedEvent } from '../event-store/domain-event.ts';
import type { RequestOrigin, Viewer } from '../viewer.ts';

/** A plain JSON value: it is stored as the answer of a command with an idempotency key. */
export type CommandResult = Readonly<Record<string, unknown>>;

export interface CommandScope {
  /** The transaction's own: changes made with it commit together with their events. */
  readonly em: SqlEntityManager;
  readonly viewer: Viewer | null;
  readonly now: Date;
}

export interface Command<Result extends CommandResult> {
  /** Imperative, as clients call it: `createUser`. */
  readonly name: string;
  readonly viewer: Viewer | null;
  readonly origin: RequestOrigin;
  /** Same key and same input: same answer, one effect. `input` must hold no secret in clear. */
  readonly idempotency?: { readonly key: string; readonly input: unknown } | null;
  /** False when the caller named the version it decided on: then a conflict is its to solve. */
  readonly retryOnConflict?: boolean;
  /** The event that caused this command, for handlers and sagas. */
  readonly causationId?: string;
  run(scope: CommandScope): Promise<Result>;
}

export interface CommandOutcome<Result extends CommandResult> {
  readonly commandId: string;
  readonly result: Result;
  /** In the order recorded; without positions, for the log has not placed them yet. */
  readonly events: readonly RecordedEvent[];
}
