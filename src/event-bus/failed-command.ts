import { setTimeout as delay } from 'node:timers/promises';
import { bulkhead } from 'cockatiel';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import type { Database } from '../database/database.ts';
import { openTransactionOf } from '../database/open-transaction.ts';
import { sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import { DomainError, IdempotencyConflictError, RequestError } from '../errors.ts';
import { appendEvents } from '../event-store/append-events.ts';
import type { NewEvent } from '../event-store/domain-event.ts';
import { newEventId } from '../event-store/event-id.ts';
import { subjectKeysOf } from '../event-store/subject-keys.ts';
import { type Command, type CommandResult, metadataOf } from './command.ts';
import { COMMAND_FAILED } from './command-failed.events.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';

/** Records written at once, so that the connections stay for the commands, and waiting; more are dropped, and logged. */
const MAX_CONCURRENT = 2;
const MAX_WAITING = 50;
/** What a caller waits for the record of its failure, at most. Milliseconds. */
const MAX_WAIT_MS = 500;
const MAX_TEXT = 500;
const MAX_INPUT = 8_000;

/**
 * Records that a command failed, in a transaction of its own, once the command's has been rolled back.
 *
 * Only commands of somebody signed in that ran: whoever is nobody could fill the log, and what was refused before
 * (the form of the input, rights, limits) has done nothing. Input that only what is stored shows to be wrong is found
 * while running. Nothing is recorded while the database is away, and no failure to record
 * reaches the caller, whose own error matters more.
 */
export class FailedCommands implements AsyncDisposable {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #places = bulkhead(MAX_CONCURRENT, MAX_WAITING);
  readonly #pending = new Set<Promise<void>>();

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** Resolves when it is recorded, or after half a second; never rejects. */
  async record(command: Command<CommandResult>, error: unknown): Promise<void> {
    // Inside another transaction the failure is that one's.
    if (!command.viewer || openTransactionOf() || isRefusal(error) || isInfrastructureFailure(error)) return;
    const recording = this.#places
      .execute(() => this.#append(command, error))
      .catch((cause: unknown) => {
        this.#logger.warn({ err: cause, command: command.name }, 'A failed command was not recorded');
      })
      .finally(() => this.#pending.delete(recording));
    this.#pending.add(recording);
    const control = new AbortController();
    const patience = delay(MAX_WAIT_MS, undefined, { signal: control.signal }).catch(() => undefined);
    await Promise.race([recording, patience]);
    control.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #append(command: Command<CommandResult>, error: unknown): Promise<void> {
    const definition = COMMAND_FAILED[command.kind];
    const data = definition.data.parse({
      command: { name: command.name, input: storableInput(command.shown) },
      error: { code: codeOf(error), message: messageOf(error) },
    });
    const event: NewEvent = {
      id: newEventId(),
      type: definition.type,
      schemaVersion: definition.schemaVersion,
      aggregateType: command.aggregateType,
      aggregateId: v7(),
      subjectId: command.viewer?.userId ?? null,
      data,
    };
    const { aggregateType, aggregateId } = event;
    const context = { commandId: aggregateId, metadata: metadataOf(command), recorded: [] };
    await transact(this.#database, async (em) => {
      await appendEvents(
        sqlOf(em),
        [{ aggregateType, aggregateId, expectedVersion: 0, events: [event] }],
        context,
        subjectKeysOf(em),
      );
    });
  }
}

/** The command was not let in, so nothing failed. */
function isRefusal(error: unknown): boolean {
  return error instanceof RequestError || error instanceof IdempotencyConflictError;
}

function codeOf(error: unknown): string {
  return error instanceof DomainError ? error.code : 'INTERNAL_SERVER_ERROR';
}

/** Messages of our own errors are made to be shown; any other may hold anything. */
function messageOf(error: unknown): string {
  return error instanceof DomainError ? storableText(error.message) : 'Unexpected error.';
}

function storableInput(shown: Command<CommandResult>['shown']): Record<string, unknown> {
  const text = JSON.stringify(shown, (_key, value: unknown) =>
    typeof value === 'string' ? storableText(value) : value,
  );
  return text.length > MAX_INPUT ? { omitted: 'too long' } : (JSON.parse(text) as Record<string, unknown>);
}

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
function storableText(text: string): string {
  return text.slice(0, MAX_TEXT).replaceAll('\0', '').toWellFormed();
}
