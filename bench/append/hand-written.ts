import pg from 'pg';
import { v7 } from 'uuid';
import type { Contender } from '../measure/contender.ts';
import { openPool } from '../measure/pool.ts';
import { type Person, personNumber } from './person.ts';

const NEW_STREAM = {
  name: 'new_stream',
  text: 'insert into event_stream (aggregate_type, aggregate_id, version) values ($1, $2, $3)',
};
const RAISE_STREAM = {
  name: 'raise_stream',
  text: 'update event_stream set version = version + $3 where aggregate_type = $1 and aggregate_id = $2 and version = $4',
};
const EVENT_COLUMNS =
  'id, number, aggregate_type, aggregate_id, version, type, schema_version, subject_id, command_id, data, metadata';
const INSERT_EVENT = {
  name: 'insert_event',
  text: `insert into event (${EVENT_COLUMNS}) values ($1, nextval('event_number'), $2, $3, $4, $5, 1, $6, $7, $8, $9)`,
};
const INSERT_TWO_EVENTS = {
  name: 'insert_two_events',
  text: `insert into event (${EVENT_COLUMNS})
    values ($1, nextval('event_number'), $2, $3, $4, $5, 1, $6, $7, $8, $9),
           ($10, nextval('event_number'), $11, $12, $13, $14, 1, $15, $16, $17, $18)`,
};
export const INSERT_USER = {
  name: 'insert_user',
  text: `insert into app_user (id, version, created_at, updated_at, email, username, first_name, last_name, is_active, role_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};
export const READ_USER = {
  name: 'read_user',
  text: `select id, version, created_at, updated_at, email, username, first_name, last_name, is_active, role_id
    from app_user where id = $1`,
};
export const UPDATE_USER = {
  name: 'update_user',
  text: 'update app_user set version = $2, updated_at = $3, first_name = $4 where id = $1',
};

/** What the client of the log sees of a user; keys as in the product, so that the rows have the same size. */
export interface Snapshot extends Person {
  readonly id: string;
  readonly isActive: boolean;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface UserRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly email: string;
  readonly username: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly is_active: boolean;
  readonly role_id: string;
}

/**
 * What a careful engineer writes by hand for the same rows in the same tables: one pooled connection, named prepared
 * statements, one statement per table, compare-and-set on the version row, no validation, no events in memory.
 * Creating takes 5 round trips (begin, version, both events, user, commit), changing 6 (also reads the user first).
 */
export class HandWritten implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #roleId: string;
  readonly #metadata = JSON.stringify({
    userId: null,
    correlationId: v7(),
    causationId: null,
    ipAddress: '127.0.0.1',
    userAgent: 'bench',
  });

  constructor(url: string, poolSize: number, roleId: string) {
    this.#pool = openPool(url, poolSize);
    this.#roleId = roleId;
  }

  creating(group: string): Contender {
    return { name: 'a hand-written', group, run: async () => void (await this.create()) };
  }

  changing(group: string, users: readonly (readonly string[])[]): Contender {
    const turns = users.map(() => 0);
    return {
      name: 'a hand-written',
      group,
      run: async (worker) => {
        const own = users[worker] ?? [];
        const turn = turns[worker] ?? 0;
        turns[worker] = turn + 1;
        await this.change(own[turn % own.length] ?? '', `First ${turn}`);
      },
    };
  }

  async create(): Promise<string> {
    const now = new Date();
    const id = v7();
    const person = personNumber(id, this.#roleId);
    const snapshot = (version: number): Snapshot => ({
      id,
      ...person,
      isActive: true,
      version,
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
    });
    const command = v7();
    const registered = { user: snapshot(2), registrationSource: 'admin' };
    await this.#inTransaction(async (client) => {
      await client.query({ ...NEW_STREAM, values: ['User', id, 2] });
      await client.query({
        ...INSERT_TWO_EVENTS,
        values: [
          ...this.#event(id, 1, 'USER_CREATED', command, { user: snapshot(1) }),
          ...this.#event(id, 2, 'USER_REGISTRATION_COMPLETED', command, registered),
        ],
      });
      const { email, username, firstName, lastName, roleId } = person;
      await client.query({
        ...INSERT_USER,
        values: [id, 2, now, now, email, username, firstName, lastName, true, roleId],
      });
    });
    return id;
  }

  async change(id: string, firstName: string): Promise<void> {
    const now = new Date();
    await this.#inTransaction(async (client) => {
      const { rows } = await client.query<UserRow>({ ...READ_USER, values: [id] });
      const row = rows[0];
      if (!row) throw new Error(`No user ${id}`);
      const previousData = snapshotOf(row);
      const version = row.version + 1;
      const user = { ...previousData, firstName, version, updatedAt: now.toISOString() };
      const raised = await client.query({ ...RAISE_STREAM, values: ['User', id, 1, row.version] });
      if (raised.rowCount !== 1) throw new Error('version conflict');
      await client.query({
        ...INSERT_EVENT,
        values: this.#event(id, version, 'USER_UPDATED', v7(), { user, previousData }),
      });
      await client.query({ ...UPDATE_USER, values: [id, version, now, firstName] });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async #inTransaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  #event(id: string, version: number, type: string, command: string, data: object): unknown[] {
    return [v7(), 'User', id, version, type, id, command, JSON.stringify(data), this.#metadata];
  }
}

export function snapshotOf(row: UserRow): Snapshot {
  return {
    id: row.id,
    email: row.email,
    username: row.username,
    firstName: row.first_name,
    lastName: row.last_name,
    isActive: row.is_active,
    roleId: row.role_id,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
