import type { SqlEntityManager } from '@mikro-orm/sql';
import type { CommandMetadata, RecordedEvent } from '../event-store/domain-event.ts';
import { tracedMetadata } from '../event-store/event-context.ts';
import type { RequestOrigin, Viewer } from '../viewer.ts';

/** A plain JSON value: it is stored as the answer of a command with an idempotency key. */
export type CommandResult = Readonly<Record<string, unknown>>;

/** What a command does to aggregates; chooses the event that its failure records. */
export const COMMAND_KINDS = ['CREATE', 'UPDATE', 'DELETE', 'BULK_CREATE', 'BULK_UPDATE', 'BULK_DELETE'] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

export interface CommandScope {
  /** The transaction's own: changes made with it commit together with their events. */
  readonly em: SqlEntityManager;
  readonly viewer: Viewer | null;
  readonly now: Date;
}

/** One run of a command. Modules declare theirs with `defineCommand`, which makes this of it. */
export interface Command<Result extends CommandResult> {
  /** Imperative, as clients call it: `createUser`. */
  readonly name: string;
  /** Of what it changes. */
  readonly aggregateType: string;
  readonly kind: CommandKind;
  readonly viewer: Viewer | null;
  readonly origin: RequestOrigin;
  /** What the event of a failure tells of the input: JSON, without secrets and personal data. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Same key and same input: same answer, one effect. What is secret in `input` is a `Secret`: compared, and never kept. */
  readonly idempotency?: { readonly key: string; readonly input: unknown } | null;
  /** False when the caller named the version it decided on: then a conflict is its to solve. */
  readonly retryOnConflict?: boolean;
  /** The event that caused this command, for handlers and sagas. */
  readonly causationId?: string;
  /** What takes long and may not be done inside the transaction; left out where the answer is stored already. */
  prepare?(): Promise<void>;
  run(scope: CommandScope): Promise<Result>;
}

export interface CommandOutcome<Result extends CommandResult> {
  readonly commandId: string;
  readonly result: Result;
  /** In the order recorded; without positions, for the log has not placed them yet. */
  readonly events: readonly RecordedEvent[];
}

/** What the events of a command tell about where they come from. */
export function metadataOf(command: Command<CommandResult>): CommandMetadata {
  return {
    userId: command.viewer?.userId ?? null,
    correlationId: command.origin.correlationId,
    causationId: command.causationId ?? null,
    ipAddress: command.origin.ipAddress,
    userAgent: command.origin.userAgent,
    ...tracedMetadata(),
  };
}
