import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Sql } from '../database/sql.ts';
import type { Statement } from '../database/statement.ts';
import { KeyUnavailableError, type KeyWrapper } from './key-wrapper.ts';

/** The key of one person's data. */
export interface SubjectKey {
  readonly id: string;
  readonly subjectId: string;
  /** Of 32 bytes, as an object: to make one of bytes for every value takes longer than to encrypt it. `erased` once it is shredded, `unavailable` where its master key is not at hand. */
  readonly secret: KeyObject | 'erased' | 'unavailable';
}

/** The keys that one transaction made: nobody else may use them before it has committed. */
export type OwnKeys = Map<string, SubjectKey>;

interface KeyRow {
  readonly id: string;
  readonly subject_id: string;
  readonly kek_id: string | null;
  readonly wrapped: string | null;
  readonly is_own: boolean;
}

interface Cached {
  readonly key: SubjectKey;
  readonly until: number;
}

interface SubjectKeysOptions {
  /** How long a key is remembered, whatever happens: at most 60,000. Milliseconds. */
  readonly ttlMs?: number;
  /** Keys remembered at most. */
  readonly capacity?: number;
}

const TTL_MS = 30_000;
const CAPACITY = 10_000;
const COLUMNS =
  'id, subject_id, kek_id, wrapped, created_in is not distinct from pg_current_xact_id_if_assigned() as is_own';

/**
 * The keys of people's data, as one process knows them. Remembered for half a minute, so that the hot path asks the
 * database for none; who is erased is forgotten at once (`forget`), and after that time at the latest.
 *
 * A key is made in the transaction of the first event that needs it. Two nodes that do so at once end up with one: the
 * second waits for the first to commit, and takes its key.
 */
export class SubjectKeys {
  readonly wrapper: KeyWrapper;
  /** How long a key is remembered at most. Milliseconds. */
  readonly ttlMs: number;
  readonly #capacity: number;
  readonly #bySubject = new Map<string, Cached>();
  readonly #byId = new Map<string, Cached>();

  constructor(wrapper: KeyWrapper, { ttlMs = TTL_MS, capacity = CAPACITY }: SubjectKeysOptions = {}) {
    this.wrapper = wrapper;
    this.ttlMs = ttlMs;
    this.#capacity = capacity;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#byId.size;
  }

  /**
   * The keys of these people for writing, made where there are none; in the transaction of `sql`. That of an erased
   * person is `erased`: no other is made.
   *
   * @throws KeyUnavailableError when one cannot be opened.
   */
  async forWriting(sql: Sql, own: OwnKeys, subjectIds: Iterable<string>): Promise<ReadonlyMap<string, SubjectKey>> {
    const found = new Map<string, SubjectKey>();
    const missing: string[] = [];
    for (const subjectId of new Set(subjectIds)) {
      const known = own.get(subjectId) ?? this.#remembered(this.#bySubject, subjectId);
      if (known) found.set(subjectId, known);
      else missing.push(subjectId);
    }
    if (missing.length > 0) {
      const stored = await this.#load(sql, 'subject_id = any($1::uuid[])', missing, own);
      const unknown = missing.filter((subjectId) => !stored.some((key) => key.subjectId === subjectId));
      const made = unknown.length > 0 ? await this.#make(sql, unknown, own) : [];
      for (const key of [...stored, ...made]) found.set(key.subjectId, key);
    }
    for (const key of found.values()) {
      if (key.secret === 'unavailable') throw new KeyUnavailableError('The key of a person cannot be opened.');
    }
    return found;
  }

  /**
   * A key for somebody whom nobody knew before the transaction under way: it need not be asked for, and the statement that
   * stores it need not be waited for. It fails if there is a key all the same.
   */
  async makeFirst(own: OwnKeys, subjectId: string): Promise<Statement> {
    const secret = randomBytes(32);
    const id = newKeyId();
    const { kekId, wrapped } = await this.wrapper.wrap(subjectId, secret);
    own.set(subjectId, { id, subjectId, secret: createSecretKey(secret) });
    return {
      text: 'insert into key_store.subject_key (subject_id, id, kek_id, wrapped) values ($1, $2, $3, $4)',
      values: [subjectId, id, kekId, wrapped],
    };
  }

  /** These keys as far as they are remembered; null unless all are. */
  remembered(ids: Iterable<string>): ReadonlyMap<string, SubjectKey> | null {
    const found = new Map<string, SubjectKey>();
    for (const id of ids) {
      const known = this.#remembered(this.#byId, id);
      if (!known) return null;
      found.set(id, known);
    }
    return found;
  }

  /** These keys; one that was never stored is missing. */
  async forReading(sql: Sql, ids: Iterable<string>): Promise<ReadonlyMap<string, SubjectKey>> {
    const found = new Map<string, SubjectKey>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const known = this.#remembered(this.#byId, id);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    if (missing.length > 0) {
      for (const key of await this.#load(sql, 'id = any($1::text[])', missing, null)) found.set(key.id, key);
    }
    return found;
  }

  /** To be called when somebody is erased. */
  forget(subjectId: string): void {
    const cached = this.#bySubject.get(subjectId);
    this.#bySubject.delete(subjectId);
    if (cached) this.#byId.delete(cached.key.id);
  }

  async #load(sql: Sql, condition: string, values: readonly string[], own: OwnKeys | null): Promise<SubjectKey[]> {
    const rows = await sql<KeyRow>(`select ${COLUMNS} from key_store.subject_key where ${condition}`, [values]);
    return Promise.all(rows.map((row) => this.#open(row, own)));
  }

  async #make(sql: Sql, subjectIds: readonly string[], own: OwnKeys): Promise<SubjectKey[]> {
    // In one order everywhere, so that two transactions cannot wait for each other.
    const wrapped = await Promise.all(
      subjectIds.toSorted().map(async (subjectId) => ({
        subjectId,
        id: newKeyId(),
        ...(await this.wrapper.wrap(subjectId, randomBytes(32))),
      })),
    );
    const rows = await sql<KeyRow>(
      `insert into key_store.subject_key as k (subject_id, id, kek_id, wrapped)
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
       on conflict (subject_id) do update set subject_id = excluded.subject_id returning ${COLUMNS}`,
      [
        wrapped.map((key) => key.subjectId),
        wrapped.map((key) => key.id),
        wrapped.map((key) => key.kekId),
        wrapped.map((key) => key.wrapped),
      ],
    );
    return Promise.all(rows.map((row) => this.#open(row, own)));
  }

  async #open(row: KeyRow, own: OwnKeys | null): Promise<SubjectKey> {
    const key = { id: row.id, subjectId: row.subject_id, secret: await this.#secretOf(row) };
    if (row.is_own) own?.set(key.subjectId, key);
    else this.#remember(key);
    return key;
  }

  async #secretOf({ subject_id, kek_id: kekId, wrapped }: KeyRow): Promise<SubjectKey['secret']> {
    if (kekId === null || wrapped === null) return 'erased';
    try {
      return createSecretKey(await this.wrapper.unwrap(subject_id, { kekId, wrapped }));
    } catch (error) {
      if (error instanceof KeyUnavailableError) return 'unavailable';
      throw error;
    }
  }

  #remembered(keys: Map<string, Cached>, name: string): SubjectKey | null {
    const cached = keys.get(name);
    return cached && cached.until > performance.now() ? cached.key : null;
  }

  #remember(key: SubjectKey): void {
    const cached = { key, until: performance.now() + this.ttlMs };
    // Deleted first: a map keeps the order in which its keys came, so the oldest is the first.
    this.forget(key.subjectId);
    this.#bySubject.set(key.subjectId, cached);
    this.#byId.set(key.id, cached);
    for (const [oldest] of this.#bySubject) {
      if (this.#bySubject.size <= this.#capacity) break;
      this.forget(oldest);
    }
  }
}

function newKeyId(): string {
  return randomBytes(9).toString('base64url');
}

/**
 * Destroys a person's key, in the caller's transaction: what was sealed with it opens no more, and what stays of the row keeps
 * another one from being made. Call `forget` on the keys that remember it.
 */
export async function shredKey(sql: Sql, subjectId: string): Promise<void> {
  await sql(
    `insert into key_store.subject_key as k (subject_id, id, erased_at) values ($1, $2, clock_timestamp())
     on conflict (subject_id) do update
       set kek_id = null, wrapped = null, erased_at = coalesce(k.erased_at, excluded.erased_at)`,
    [subjectId, newKeyId()],
  );
}

const keysOfConnections = new WeakMap<object, SubjectKeys>();

/** Whatever is appended through entity managers of this one's database is sealed with these keys. */
export function useSubjectKeys(em: SqlEntityManager, keys: SubjectKeys): void {
  keysOfConnections.set(em.getConnection('write'), keys);
}

/** Null where none were given: then nothing sensitive can be appended. */
export function subjectKeysOf(em: SqlEntityManager): SubjectKeys | null {
  return keysOfConnections.get(em.getConnection('write')) ?? null;
}
