import { randomUUID } from 'node:crypto';
import { type Event, projections } from '@event-driven-io/emmett';
import {
  getPostgreSQLEventStore,
  postgreSQLProjection,
  type PostgresEventStore,
  type PostgreSQLProjectionDefinition,
} from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { v7 } from 'uuid';
import type { Contender } from '../measure/contender.ts';
import { openPool } from '../measure/pool.ts';
import { INSERT_USER, READ_USER, type Snapshot, snapshotOf, UPDATE_USER, type UserRow } from './hand-written.ts';
import { personNumber } from './person.ts';

type UserCreated = Event<'USER_CREATED', { readonly user: Snapshot }>;
type UserRegistrationCompleted = Event<'USER_REGISTRATION_COMPLETED', { readonly user: Snapshot }>;
type UserUpdated = Event<'USER_UPDATED', { readonly user: Snapshot; readonly previousData: Snapshot }>;
type UserEvent = UserCreated | UserRegistrationCompleted | UserUpdated;

/**
 * Emmett's `appendToStream`. It draws its global position before the commit, so nothing remains to be done afterwards;
 * readers wait for older transactions instead.
 *
 * By itself it writes a stream and one event, and no entity. With the entity it does what the others do: an inline
 * projection writes the row of the same user in the append's transaction, changing reads that row first, and creating
 * appends both events.
 */
export class Emmett implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #bare: PostgresEventStore;
  readonly #projecting: PostgresEventStore;
  readonly #roleId: string;

  private constructor(pool: pg.Pool, bare: PostgresEventStore, projecting: PostgresEventStore, roleId: string) {
    this.#pool = pool;
    this.#bare = bare;
    this.#projecting = projecting;
    this.#roleId = roleId;
  }

  /** The database has our tables, for the user's row. */
  static async open(url: string, poolSize: number, roleId: string): Promise<Emmett> {
    const pool = openPool(url, poolSize);
    const connectionOptions = { pool };
    const bare = getPostgreSQLEventStore(url, { connectionOptions });
    const projecting = getPostgreSQLEventStore(url, {
      connectionOptions,
      projections: projections.inline([userRow]),
    });
    await projecting.schema.migrate();
    return new Emmett(pool, bare, projecting, roleId);
  }

  creating(group: string): Contender[] {
    return [
      {
        name: 'e emmett, one event, no entity',
        group,
        run: async () => {
          const user = this.#newUser(1);
          await this.#bare.appendToStream<UserEvent>(streamOf(user.id), [{ type: 'USER_CREATED', data: { user } }], {
            expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
          });
        },
      },
      { name: 'f emmett, with the entity', group, run: async () => void (await this.create()) },
    ];
  }

  /** Each worker changes users of its own, in turn; without the entity at the version it remembers. */
  changing(group: string, users: readonly (readonly string[])[]): Contender[] {
    const turns = users.map(() => 0);
    const next = (worker: number): [string, number] => {
      const own = users[worker] ?? [];
      const turn = turns[worker] ?? 0;
      turns[worker] = turn + 1;
      return [own[turn % own.length] ?? '', turn];
    };
    const bareTurns = users.map(() => 0);
    const bareNames = users.map((own) => own.map(() => `bare-${randomUUID()}`));
    const bareUser = this.#newUser(1);
    return [
      {
        name: 'e emmett, one event, no entity',
        group,
        run: async (worker) => {
          const names = bareNames[worker] ?? [];
          const turn = bareTurns[worker] ?? 0;
          bareTurns[worker] = turn + 1;
          const version = Math.floor(turn / names.length);
          const user = { ...bareUser, firstName: `First ${turn}`, updatedAt: new Date().toISOString() };
          await this.#bare.appendToStream<UserEvent>(
            names[turn % names.length] ?? '',
            [{ type: 'USER_UPDATED', data: { user, previousData: bareUser } }],
            { expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version) },
          );
        },
      },
      {
        name: 'f emmett, with the entity',
        group,
        run: async (worker) => {
          const [id, turn] = next(worker);
          await this.#change(id, `First ${turn}`);
        },
      },
    ];
  }

  async create(): Promise<string> {
    const user = this.#newUser(1);
    await this.#projecting.appendToStream<UserEvent>(
      streamOf(user.id),
      [
        { type: 'USER_CREATED', data: { user } },
        { type: 'USER_REGISTRATION_COMPLETED', data: { user: { ...user, version: 2 } } },
      ],
      { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
    );
    return user.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bare.close();
    await this.#projecting.close();
    await this.#pool.end();
  }

  async #change(id: string, firstName: string): Promise<void> {
    const { rows } = await this.#pool.query<UserRow>({ ...READ_USER, values: [id] });
    const row = rows[0];
    if (!row) throw new Error(`No user ${id}`);
    const previousData = snapshotOf(row);
    const updatedAt = new Date().toISOString();
    const user = { ...previousData, firstName, version: row.version + 1, updatedAt };
    await this.#projecting.appendToStream<UserEvent>(
      streamOf(id),
      [{ type: 'USER_UPDATED', data: { user, previousData } }],
      {
        expectedStreamVersion: BigInt(row.version),
      },
    );
  }

  #newUser(version: number): Snapshot {
    const id = v7();
    const now = new Date().toISOString();
    return { id, ...personNumber(id, this.#roleId), isActive: true, version, createdAt: now, updatedAt: now };
  }
}

/** By named statements, which is the fastest that the projection's connection offers. */
const userRow: PostgreSQLProjectionDefinition<UserEvent> = postgreSQLProjection<UserEvent>({
  name: 'user-row',
  canHandle: ['USER_CREATED', 'USER_UPDATED'],
  async handle(events, { connection: { client } }) {
    for (const { type, data } of events) {
      const { user } = data;
      if (type === 'USER_CREATED') {
        const { id, email, username, firstName, lastName, roleId, createdAt, updatedAt } = user;
        const values = [id, 2, createdAt, updatedAt, email, username, firstName, lastName, true, roleId];
        await client.query({ ...INSERT_USER, values });
      } else if (type === 'USER_UPDATED') {
        await client.query({ ...UPDATE_USER, values: [user.id, user.version, user.updatedAt, user.firstName] });
      }
    }
  },
});

function streamOf(id: string): string {
  return `user-${id}`;
}
