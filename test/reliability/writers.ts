import { randomUUID } from 'node:crypto';
import type { GraphqlClient } from '../support/graphql-client.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import type { Administrator } from './administrator.ts';
import type { AnsweredEvent, Attempt, Write } from './checker/history.ts';
import { create, drawCommand, type PlannedCommand } from './commands.ts';
import { pause } from './pause.ts';
import type { Population } from './population.ts';
import type { Random } from './random.ts';

/** Longer than the server takes for a mutation at most. */
const PATIENCE_MS = 12_000;
const THINKING_MS = { low: 20, high: 150 };
const PAUSE_BEFORE_RETRY_MS = { low: 20, high: 300 };

interface SentWrite extends Write {
  readonly attempts: Attempt[];
  readonly command: PlannedCommand;
}

/** One client that writes: sends a command, with the same key again as long as nobody says what became of it. */
export class Writer {
  readonly writes: SentWrite[] = [];
  readonly #administrator: Administrator;
  readonly #people: Population;
  readonly #random: Random;

  constructor(administrator: Administrator, people: Population, random: Random) {
    this.#administrator = administrator;
    this.#people = people;
    this.#random = random;
  }

  async createPerson(): Promise<void> {
    await this.#send(this.#note(create(this.#random)), () => false);
  }

  /** Leaves the last write open when it is over before an answer has come. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const drawn = drawCommand(this.#random, this.#people);
      const write = drawn === 'earlier' ? this.#earlier() : this.#note(drawn);
      if (write) await this.#send(write, isOver);
      await pause(this.#random.between(THINKING_MS.low, THINKING_MS.high));
    }
  }

  /** Until every write has an answer. */
  async settle(): Promise<void> {
    for (const write of this.writes) {
      if (write.attempts.at(-1)?.outcome === 'unknown') await this.#send(write, () => false);
    }
  }

  #earlier(): SentWrite | undefined {
    const done = this.writes.filter(({ attempts }) => attempts.some(({ outcome }) => outcome === 'done'));
    return done.length === 0 ? undefined : this.#random.pick(done);
  }

  #note(command: PlannedCommand): SentWrite {
    const { kind, sets } = command;
    const write = { key: randomUUID(), correlationId: randomUUID(), kind, sets, attempts: [], command };
    this.writes.push(write);
    return write;
  }

  async #send(write: SentWrite, isOver: () => boolean): Promise<void> {
    for (;;) {
      const attempt = await attemptOnce(await this.#administrator.at(this.#random), write);
      write.attempts.push(attempt);
      if (attempt.outcome === 'done') this.#learn(attempt.events);
      if (attempt.outcome !== 'unknown' || isOver()) return;
      await pause(this.#random.between(PAUSE_BEFORE_RETRY_MS.low, PAUSE_BEFORE_RETRY_MS.high));
    }
  }

  #learn(events: readonly AnsweredEvent[]): void {
    for (const { type, aggregateId } of events) {
      if (type === 'USER_CREATED') this.#people.add(aggregateId);
      if (type === 'USER_DELETED') this.#people.remove(aggregateId);
    }
  }
}

async function attemptOnce({ url, token }: GraphqlClient, write: SentWrite): Promise<Attempt> {
  const { mutation, variables } = write.command;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'x-correlation-id': write.correlationId,
      },
      body: JSON.stringify({ query: mutation, variables: { ...variables, idempotencyKey: write.key } }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return outcomeOf((await response.json()) as ShownResult);
  } catch (error) {
    return { outcome: 'unknown', why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

interface ShownAnswer {
  readonly events?: readonly AnsweredEvent[];
  readonly code?: string;
}

/** A member of the result's union says what happened; an error above it leaves that open. */
function outcomeOf({ data, errors }: ShownResult): Attempt {
  const answer = data?.['answer'] as ShownAnswer | undefined;
  if (answer?.events) return { outcome: 'done', events: answer.events };
  if (answer?.code !== undefined) return { outcome: 'refused', code: answer.code };
  return { outcome: 'unknown', why: errors?.[0]?.extensions.code ?? 'no data' };
}
