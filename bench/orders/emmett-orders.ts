import type { Event } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore, type PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import type pg from 'pg';
import type { OrderSnapshot } from '../../src/modules/orders/order.events.ts';
import type { Contender } from '../measure/contender.ts';
import { openPool } from '../measure/pool.ts';
import { changeAt, orderAt } from './order-history.ts';

type OrderEvent =
  | Event<'ORDER_CREATED', { readonly order: OrderSnapshot }>
  | Event<'ORDER_UPDATED', { readonly order: OrderSnapshot; readonly previousData: OrderSnapshot }>;

const AT_ONCE = 200;

/** Emmett's `aggregateStream`: the same events, the same fold. It has no snapshots on PostgreSQL. */
export class EmmettOrders implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #store: PostgresEventStore;

  private constructor(pool: pg.Pool, store: PostgresEventStore) {
    this.#pool = pool;
    this.#store = store;
  }

  static async open(url: string, poolSize: number): Promise<EmmettOrders> {
    const pool = openPool(url, poolSize);
    const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
    await store.schema.migrate();
    return new EmmettOrders(pool, store);
  }

  async fill(id: string, events: number): Promise<void> {
    for (let version = 0; version < events; version += AT_ONCE) {
      const versions = Array.from({ length: Math.min(AT_ONCE, events - version) }, (_, index) => version + index + 1);
      const batch = versions.map((next): OrderEvent =>
        next === 1
          ? { type: 'ORDER_CREATED', data: { order: orderAt(id, 1) } }
          : { type: 'ORDER_UPDATED', data: changeAt(id, next) },
      );
      await this.#store.appendToStream<OrderEvent>(`order-${id}`, batch, {
        expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version),
      });
    }
  }

  loading(group: string, name: string, id: string): Contender {
    return {
      name,
      group,
      run: async () => {
        const { state } = await this.#store.aggregateStream<OrderSnapshot | null, OrderEvent>(`order-${id}`, {
          evolve: (_before: OrderSnapshot | null, { data }: OrderEvent) => data.order,
          initialState: (): OrderSnapshot | null => null,
        });
        if (state === null) throw new Error('The order is not there.');
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
    await this.#pool.end();
  }
}
