import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, type Sql } from '../database/sql.ts';
import { IdempotencyConflictError, ValidationError } from '../errors.ts';
import type { RecordedEvent } from '../event-store/domain-event.ts';
import type { Viewer } from '../viewer.ts';
import type { Command, CommandResult } from './command.ts';

export interface StoredAnswer {
  readonly commandId: string;
  readonly result: CommandResult;
  readonly eventIds: readonly string[];
}

interface AnswerRow {
  readonly command: string;
  readonly input_hash: string;
  readonly command_id: string;
  readonly result: CommandResult | null;
  readonly event_ids: readonly string[];
}

const MAX_KEY_LENGTH = 200;

/** @throws ValidationError when the command's key is none. */
export function checkIdempotencyKey({ idempotency }: Command<CommandResult>): void {
  if (!idempotency) return;
  const { key } = idempotency;
  if (key.length === 0 || key.length > MAX_KEY_LENGTH || /\p{Cc}/u.test(key)) {
    throw ValidationError.at('idempotencyKey', `An idempotency key has 1 to ${MAX_KEY_LENGTH} printable characters.`);
  }
}

/**
 * Takes the command's idempotency key for this transaction. A concurrent holder of the key makes this wait until it
 * commits, so duplicates run once; if it rolls back, the key is free again. `digests` are those of the input (`digestsOf`).
 *
 * @returns the answer given earlier under this key, or null when the command is to run.
 * @throws IdempotencyConflictError
 */
export async function claimAnswer(
  sql: Sql,
  command: Command<CommandResult>,
  commandId: string,
  digests: readonly string[],
): Promise<StoredAnswer | null> {
  if (!command.idempotency) return null;
  const { key } = command.idempotency;
  const claimed = await sql(
    `insert into command_answer (actor, key, command, input_hash, command_id) values ($1, $2, $3, $4, $5)
     on conflict (actor, key) do nothing returning 1`,
    [actorOf(command), key, command.name, digests[0], commandId],
  );
  if (claimed.length > 0) return null;
  const earlier = await findAnswer(sql, command, digests);
  if (!earlier) throw new IdempotencyConflictError();
  return earlier;
}

/** The answer given earlier under the command's key, if there is one. @throws IdempotencyConflictError */
export async function findAnswer(
  sql: Sql,
  command: Command<CommandResult>,
  digests: readonly string[],
): Promise<StoredAnswer | null> {
  if (!command.idempotency) return null;
  const { key } = command.idempotency;
  const [row] = await sql<AnswerRow>(
    'select command, input_hash, command_id, result, event_ids from command_answer where actor = $1 and key = $2',
    [actorOf(command), key],
  );
  if (!row) return null;
  if (!row.result || row.command !== command.name || !digests.includes(row.input_hash))
    throw new IdempotencyConflictError();
  return { commandId: row.command_id, result: row.result, eventIds: row.event_ids };
}

/** Goes out with the commit. */
export async function storeAnswer(
  em: SqlEntityManager,
  command: Command<CommandResult>,
  result: CommandResult,
  events: readonly RecordedEvent[],
): Promise<void> {
  await putOff(em, {
    text: 'update command_answer set result = $3::jsonb, event_ids = $4 where actor = $1 and key = $2',
    values: [actorOf(command), command.idempotency?.key, JSON.stringify(result), events.map((event) => event.id)],
  });
}

/** Names a key among those of everybody; null for a command without one. */
export function answerNameOf(command: Command<CommandResult>): string | null {
  return command.idempotency ? `${actorOf(command)} ${command.idempotency.key}` : null;
}

/**
 * Frees a key whose command was answered but came to nothing, as a payment that found no gateway: the same request, sent
 * again, runs again. In the transaction that records the failure.
 */
export async function releaseKey(sql: Sql, viewer: Viewer | null, key: string): Promise<void> {
  await sql('delete from command_answer where actor = $1 and key = $2', [actorOf({ viewer }), key]);
}

/** Keys of different people never meet. */
function actorOf({ viewer }: { readonly viewer: Viewer | null }): string {
  return viewer?.userId ?? 'anonymous';
}
