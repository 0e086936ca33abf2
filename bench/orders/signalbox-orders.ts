import type { SqlEntityManager } from '@mikro-orm/sql';
import { pino } from 'pino';
import { v7 } from 'uuid';
import type { PostgresDatabaseConfig } from '../../src/config/config.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { transact } from '../../src/database/transact.ts';
import { defineAggregate, on } from '../../src/event-store/define-aggregate.ts';
import { runInEventContext } from '../../src/event-store/event-context.ts';
import { EventRecorder } from '../../src/event-store/event-recorder.ts';
import { EventSourcedRepository, fact } from '../../src/event-store/event-sourced-repository.ts';
import { OrderCreated, type OrderSnapshot, OrderUpdated } from '../../src/modules/orders/order.events.ts';
import type { Contender } from '../measure/contender.ts';
import { changeAt, orderAt } from './order-history.ts';

const METADATA = { userId: null, correlationId: v7(), causationId: null, ipAddress: '127.0.0.1', userAgent: 'bench' };
const AT_ONCE = 200;

const definition = defineAggregate<OrderSnapshot | null>({
  type: 'Order',
  foldVersion: 1,
  initial: null,
  apply: [on(OrderCreated, (_before, { order }) => order), on(OrderUpdated, (_before, { order }) => order)],
});
const repositoryOf = (snapshotEvery: number) => new EventSourcedRepository(definition, { snapshotEvery });

/** The product's event-sourced repository, without a read model. */
export class SignalboxOrders implements AsyncDisposable {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(config: PostgresDatabaseConfig): Promise<SignalboxOrders> {
    const subscribers = [new EventRecorder(() => undefined)];
    return new SignalboxOrders(
      await openDatabase(config, { entities: [], subscribers, logger: pino({ level: 'warn' }) }),
    );
  }

  /** Up to so many events, with a snapshot when so many have come since the last. */
  async fill(id: string, events: number, snapshotEvery: number, from = 0): Promise<void> {
    const repository = repositoryOf(snapshotEvery);
    for (let version = from; version < events; version += AT_ONCE) {
      const versions = Array.from({ length: Math.min(AT_ONCE, events - version) }, (_, index) => version + index + 1);
      const facts = versions.map((next) =>
        next === 1 ? fact(OrderCreated, { order: orderAt(id, 1) }) : fact(OrderUpdated, changeAt(id, next)),
      );
      await this.#inCommand(async (em) => {
        const order = version === 0 ? repository.blank(id) : await repository.load(em, id);
        await repository.append(em, order, facts);
      });
    }
  }

  loading(group: string, name: string, id: string, snapshots: boolean): Contender {
    const repository = repositoryOf(1_000_000);
    return {
      name,
      group,
      run: async () => {
        const { version } = await repository.load(this.#database.orm.em.fork(), id, { snapshots });
        if (version === 0) throw new Error('The order is not there.');
      },
    };
  }

  /** Each worker changes an order of its own: loads it, and appends one event. */
  changing(group: string, name: string, snapshotEvery: number, workers: number): Contender {
    const repository = repositoryOf(snapshotEvery);
    const ids = Array.from({ length: workers }, () => v7());
    return {
      name,
      group,
      run: async (worker) => {
        const id = ids[worker] ?? '';
        await this.#inCommand(async (em) => {
          const order = await repository.load(em, id);
          const next = order.version + 1;
          await repository.append(em, order, [
            next === 1 ? fact(OrderCreated, { order: orderAt(id, 1) }) : fact(OrderUpdated, changeAt(id, next)),
          ]);
        });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }

  async #inCommand(work: (em: SqlEntityManager) => Promise<void>): Promise<void> {
    await runInEventContext({ commandId: v7(), metadata: METADATA, recorded: [] }, () =>
      transact(this.#database, work),
    );
  }
}
