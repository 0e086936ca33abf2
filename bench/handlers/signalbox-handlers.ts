import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { v7 } from 'uuid';
import { z } from 'zod';
import { modules } from '../../src/catalogue.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { defineExternalHandler, defineTransactionalHandler, type Handler } from '../../src/event-bus/define-handler.ts';
import { type EventBus, startEventBus } from '../../src/event-bus/event-bus.ts';
import { HandlerRunner } from '../../src/event-bus/handler-runner.ts';
import { registerHandlers } from '../../src/event-bus/register-handlers.ts';
import { appendEvents } from '../../src/event-store/append-events.ts';
import { defineEvent } from '../../src/event-store/define-event.ts';
import { EventCatalogue } from '../../src/event-store/event-catalogue.ts';
import { EventReader } from '../../src/event-store/event-reader.ts';
import { newEvent } from '../../src/event-store/new-event.ts';
import { sampleKeys } from '../../test/support/sample-keys.ts';
import { databaseConfig } from '../measure/database-config.ts';
import {
  CREATE_ROWS,
  type Drainer,
  type Effect,
  EMPTY_ROWS,
  type Happening,
  INSERT_ROWS,
  type Outside,
  rowsOf,
} from './backlog.ts';

const AmountBooked = defineEvent({
  type: 'AMOUNT_BOOKED',
  aggregateType: 'Account',
  data: z.object({ id: z.uuid(), accountId: z.uuid(), amount: z.int(), note: z.string() }),
});

const CATALOGUE = new EventCatalogue([AmountBooked]);
const POOL_SIZE = 16;
const FILL_BATCH = 1_000;
const LOOK_MS = 5;
const CHEAP: ExternalOptions = { lanes: 1, batchSize: 500, concurrency: 500 };
const METADATA = { userId: null, correlationId: v7(), causationId: null, ipAddress: '127.0.0.1', userAgent: 'bench' };

interface ExternalOptions {
  readonly lanes?: number;
  readonly batchSize?: number;
  readonly concurrency?: number;
}

/**
 * The product's handlers: the transactional one with the options it has when nothing is said, the external one also with
 * such as a cheap effect wants, which may be repeated by the hundred after a crash, as those of the others. The log is
 * filled once: every round is a new handler, which begins at its first event. In order per account, and for the row
 * exactly once, which the others are not.
 */
export class SignalboxHandlers implements Drainer {
  readonly name: string;
  readonly product = 'signalbox';
  readonly #external: ExternalOptions;
  readonly #database: Database;
  readonly #bus: EventBus;
  readonly #outside: Outside;
  readonly #resources: AsyncDisposableStack;
  #round = 0;

  private constructor(
    name: string,
    external: ExternalOptions,
    database: Database,
    bus: EventBus,
    outside: Outside,
    resources: AsyncDisposableStack,
  ) {
    this.name = name;
    this.#external = external;
    this.#database = database;
    this.#bus = bus;
    this.#outside = outside;
    this.#resources = resources;
  }

  static async open(url: string, happenings: readonly Happening[], outside: Outside): Promise<SignalboxHandlers> {
    await using resources = new AsyncDisposableStack();
    const logger = pino({ level: 'warn' });
    const entities = modules.flatMap((module) => module.entities);
    const database = resources.use(await openDatabase(databaseConfig(url, POOL_SIZE), { entities, logger }));
    await database.sql(CREATE_ROWS);
    for (let at = 0; at < happenings.length; at += FILL_BATCH) {
      await append(database, happenings.slice(at, at + FILL_BATCH));
    }
    const bus = resources.use(
      await startEventBus({
        database,
        catalogue: CATALOGUE,
        keys: sampleKeys(),
        redis: null,
        channel: 'bench',
        stream: {
          pollMinMs: 5,
          pollMaxMs: 1_000,
          batchSize: 1_000,
          // So that the backlog lies in the log, not in memory.
          ringSize: 10,
          heartbeatSeconds: 15,
          lagSeconds: 60,
        },
        logger,
      }),
    );
    while (bus.tail.head < happenings.length) await delay(LOOK_MS);
    return new SignalboxHandlers('a signalbox', CHEAP, database, bus, outside, resources.move());
  }

  /** The same on the same log with other options of the external handler. */
  with(name: string, external: ExternalOptions): SignalboxHandlers {
    return new SignalboxHandlers(name, external, this.#database, this.#bus, this.#outside, new AsyncDisposableStack());
  }

  async fill(): Promise<void> {
    await this.#database.sql(EMPTY_ROWS);
  }

  async drain(effect: Effect): Promise<void> {
    const { node, log, tail } = this.#bus;
    const name = `bench-${effect}-${this.name}-${++this.#round}`;
    const handlers = [this.#handler(effect, name)];
    const logger = pino({ level: 'warn' });
    const runner = new HandlerRunner({
      node,
      handlers,
      lanes: await registerHandlers(this.#database, handlers, logger),
      database: this.#database,
      log,
      tail,
      catalogue: CATALOGUE,
      reader: new EventReader(CATALOGUE, sampleKeys()),
      config: { leaseMs: 5_000, batchSize: 500, retryBaseMs: 100, retryMaxMs: 1_000, maxAttempts: 5 },
      logger,
    });
    await runner.start();
    while (!(await this.#isDone(name))) await delay(LOOK_MS);
    await runner[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  async #isDone(handler: string): Promise<boolean> {
    const [row] = await this.#database.sql<{ done: boolean }>(
      'select bool_and(position >= $2) as done from handler_lane where handler = $1',
      [handler, this.#bus.tail.head],
    );
    return row?.done === true;
  }

  #handler(effect: Effect, name: string): Handler {
    if (effect === 'row') {
      return defineTransactionalHandler({
        name,
        events: [AmountBooked],
        startAt: 'beginning',
        handle: async (events, { sql }) => {
          await sql(INSERT_ROWS.text, rowsOf(events.map(({ data }) => data)));
        },
      });
    }
    return defineExternalHandler({
      name,
      events: [AmountBooked],
      startAt: 'beginning',
      dependency: name,
      ...this.#external,
      handle: async () => {
        await this.#outside.call();
        return undefined;
      },
    });
  }
}

async function append(database: Database, happenings: readonly Happening[]): Promise<void> {
  const streams = [...Map.groupBy(happenings, ({ accountId }) => accountId)].map(([aggregateId, own]) => ({
    aggregateType: 'Account',
    aggregateId,
    expectedVersion: 'any' as const,
    events: own.map((happening) => newEvent(AmountBooked, aggregateId, happening)),
  }));
  const context = { commandId: v7(), metadata: METADATA, recorded: [] };
  await transact(database, async (em) => void (await appendEvents(sqlOf(em), streams, context)));
}
