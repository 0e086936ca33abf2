import { v7 } from 'uuid';
import type { Database } from '../database/database.ts';
import { openTransactionOf } from '../database/open-transaction.ts';
import { sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import { ConcurrencyError } from '../errors.ts';
import { StreamConflictError } from '../event-store/append-events.ts';
import type { CommandMetadata, RecordedEvent } from '../event-store/domain-event.ts';
import { type EventContext, runInEventContext } from '../event-store/event-context.ts';
import { lockStream } from '../event-store/lock-stream.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { Command, CommandOutcome, CommandResult } from './command.ts';
import { claimAnswer, type StoredAnswer, storeAnswer } from './command-answer.ts';

const MAX_ATTEMPTS = 8;
/** PostgreSQL ends one of the transactions that wait for each other in a circle; on its own it would have succeeded. */
const DEADLOCK_DETECTED = '40P01';

/** Who must know of this node's events before the log shows them: the cache. */
interface CommitWatch {
  /** These are about to be committed. */
  expect(events: readonly RecordedEvent[]): void;
  /** They were not. */
  forget(events: readonly RecordedEvent[]): void;
}

/**
 * Runs commands: one transaction holds the change, its events and the stored answer. A conflict with a concurrent
 * command is solved by running again on the newer state, at most 8 times. From the second time on the streams that were
 * contested are locked first: without it a command that takes longer than its rivals lost all its attempts to two of them.
 */
export class CommandBus {
  readonly #database: Database;
  readonly #log: EventLog;
  #watch: CommitWatch | null = null;

  constructor(database: Database, log: EventLog) {
    this.#database = database;
    this.#log = log;
  }

  /** From now on; one only. */
  watchCommits(watch: CommitWatch): void {
    this.#watch = watch;
  }

  /**
   * @throws ConcurrencyError when others kept winning, or the caller gave the version.
   * @throws IdempotencyConflictError when the key was used with another command or input.
   */
  async execute<Result extends CommandResult>(command: Command<Result>): Promise<CommandOutcome<Result>> {
    const contested: StreamConflictError[] = [];
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(command, contested);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !mayRunAgain(command, error)) throw error;
        if (error instanceof StreamConflictError) contested.push(error);
      }
    }
  }

  async #attempt<Result extends CommandResult>(
    command: Command<Result>,
    contested: readonly StreamConflictError[],
  ): Promise<CommandOutcome<Result>> {
    const commandId = v7();
    const context: EventContext = { commandId, metadata: metadataOf(command), recorded: [] };
    // Inside another transaction the commit is that one's, and comes later or never.
    const watch = openTransactionOf() ? null : this.#watch;
    let expected: readonly RecordedEvent[] = [];
    const answer = await runInEventContext(context, () =>
      transact(this.#database, async (em): Promise<StoredAnswer | null> => {
        const sql = sqlOf(em);
        const earlier = await claimAnswer(sql, command, commandId);
        if (earlier) return earlier;
        for (const { aggregateType, aggregateId } of contested) await lockStream(sql, aggregateType, aggregateId);
        const result = await command.run({ em, viewer: command.viewer, now: new Date() });
        await em.flush();
        const eventIds = context.recorded.map((event) => event.id);
        if (command.idempotency) await storeAnswer(sql, command, result, eventIds);
        // A copy: a rollback empties the list.
        expected = [...context.recorded];
        watch?.expect(expected);
        return { commandId, result, eventIds };
      }),
    ).catch((error: unknown) => {
      watch?.forget(expected);
      throw error;
    });
    if (!answer) throw new Error('A command ended without an answer.');
    const events = answer.commandId === commandId ? context.recorded : await this.#eventsOf(answer);
    return { commandId: answer.commandId, result: answer.result as Result, events };
  }

  async #eventsOf(answer: StoredAnswer): Promise<RecordedEvent[]> {
    const found = new Map((await this.#log.readByIds(answer.eventIds)).map((event) => [event.id, event]));
    return answer.eventIds.flatMap((id) => found.get(id) ?? []);
  }
}

function mayRunAgain(command: Command<CommandResult>, error: unknown): boolean {
  if (error instanceof ConcurrencyError) return command.retryOnConflict !== false;
  return error instanceof Error && 'code' in error && error.code === DEADLOCK_DETECTED;
}

function metadataOf(command: Command<CommandResult>): CommandMetadata {
  return {
    userId: command.viewer?.userId ?? null,
    correlationId: command.origin.correlationId,
    causationId: command.causationId ?? null,
    ipAddress: command.origin.ipAddress,
    userAgent: command.origin.userAgent,
  };
}
