import type { Database } from '../database/database.ts';
import { openTransactionOf } from '../database/open-transaction.ts';
import { sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import { ConcurrencyError, DomainError, RequestError } from '../errors.ts';
import { StreamConflictError } from '../event-store/append-events.ts';
import { clockTime } from '../event-store/clock.ts';
import type { RecordedEvent } from '../event-store/domain-event.ts';
import { type EventContext, runInEventContext } from '../event-store/event-context.ts';
import { newCommandId } from '../event-store/event-id.ts';
import { lockStream } from '../event-store/lock-stream.ts';
import type { EventLog } from '../event-store/read-events.ts';
import { type Command, type CommandOutcome, type CommandResult, metadataOf } from './command.ts';
import {
  answerNameOf,
  checkIdempotencyKey,
  claimAnswer,
  findAnswer,
  type StoredAnswer,
  storeAnswer,
} from './command-answer.ts';
import type { FailedCommands } from './failed-command.ts';
import type { CommandOutcome as MeasuredOutcome, Metrics } from '../metrics.ts';
import { inSpan } from '../tracing.ts';
import { type DigestKeys, digestsOf } from './input-digest.ts';
import { KeyedTurns } from './keyed-turns.ts';

type Answer = StoredAnswer | Omit<StoredAnswer, 'eventIds'>;

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
  readonly #failures: FailedCommands | null;
  readonly #metrics: Metrics | null;
  readonly #digestKeys: DigestKeys | null;
  readonly #turns = new KeyedTurns();
  #watch: CommitWatch | null = null;

  constructor(
    database: Database,
    log: EventLog,
    failures: FailedCommands | null = null,
    metrics: Metrics | null = null,
    digestKeys: DigestKeys | null = null,
  ) {
    this.#database = database;
    this.#log = log;
    this.#failures = failures;
    this.#metrics = metrics;
    this.#digestKeys = digestKeys;
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
    checkIdempotencyKey(command);
    const name = answerNameOf(command);
    // Inside a transaction that holds the key already, waiting for its turn would never end.
    const run = (): Promise<CommandOutcome<Result>> => this.#measure(command);
    return name === null || openTransactionOf() ? run() : this.#turns.take(name, run);
  }

  async #measure<Result extends CommandResult>(command: Command<Result>): Promise<CommandOutcome<Result>> {
    const startedAt = performance.now();
    let outcome: MeasuredOutcome = 'done';
    try {
      return await inSpan(`command ${command.name}`, {}, () => this.#run(command));
    } catch (error) {
      outcome = error instanceof DomainError || error instanceof RequestError ? 'refused' : 'failed';
      throw error;
    } finally {
      this.#metrics?.commandEnded(command.name, outcome, (performance.now() - startedAt) / 1_000);
    }
  }

  async #run<Result extends CommandResult>(command: Command<Result>): Promise<CommandOutcome<Result>> {
    const { idempotency } = command;
    const digests = idempotency ? await digestsOf(idempotency.input, this.#digestKeys) : [];
    if (command.prepare) {
      const earlier = idempotency ? await findAnswer(this.#database.sql, command, digests) : null;
      if (earlier) return this.#repeat(earlier);
      await command.prepare();
    }
    try {
      return await this.#untilNoConflict(command, digests);
    } catch (error) {
      await this.#failures?.record(command, error);
      throw error;
    }
  }

  async #untilNoConflict<Result extends CommandResult>(
    command: Command<Result>,
    digests: readonly string[],
  ): Promise<CommandOutcome<Result>> {
    const contested: StreamConflictError[] = [];
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(command, digests, contested);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !mayRunAgain(command, error)) throw error;
        if (error instanceof StreamConflictError) contested.push(error);
      }
    }
  }

  async #attempt<Result extends CommandResult>(
    command: Command<Result>,
    digests: readonly string[],
    contested: readonly StreamConflictError[],
  ): Promise<CommandOutcome<Result>> {
    const commandId = newCommandId();
    const context: EventContext = { commandId, metadata: metadataOf(command), recorded: [] };
    // Inside another transaction the commit is that one's, and comes later or never.
    const watch = openTransactionOf() ? null : this.#watch;
    let expected: readonly RecordedEvent[] = [];
    const answer = await runInEventContext(context, () =>
      transact(
        this.#database,
        async (em): Promise<Answer> => {
          const sql = sqlOf(em);
          const earlier = await claimAnswer(sql, command, commandId, digests);
          if (earlier) return earlier;
          for (const { aggregateType, aggregateId } of contested) await lockStream(sql, aggregateType, aggregateId);
          return { commandId, result: await command.run({ em, viewer: command.viewer, now: new Date(clockTime()) }) };
        },
        async (em, { commandId: answered, result }) => {
          if (answered !== commandId) return;
          // A copy: a rollback empties the list.
          expected = [...context.recorded];
          if (command.idempotency) await storeAnswer(em, command, result, expected);
          watch?.expect(expected);
        },
      ),
    ).catch((error: unknown) => {
      watch?.forget(expected);
      throw error;
    });
    if ('eventIds' in answer) return this.#repeat(answer);
    return { commandId, result: answer.result as Result, events: context.recorded };
  }

  /** What was answered under the key: of this command, so its result is one of its own. */
  async #repeat<Result extends CommandResult>(answer: StoredAnswer): Promise<CommandOutcome<Result>> {
    const found = new Map((await this.#log.readByIds(answer.eventIds)).map((event) => [event.id, event]));
    const events = answer.eventIds.flatMap((id) => found.get(id) ?? []);
    return { commandId: answer.commandId, result: answer.result as Result, events };
  }
}

function mayRunAgain(command: Command<CommandResult>, error: unknown): boolean {
  if (error instanceof ConcurrencyError) return command.retryOnConflict !== false;
  return error instanceof Error && 'code' in error && error.code === DEADLOCK_DETECTED;
}
