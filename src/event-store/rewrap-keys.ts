import type { Database } from '../database/database.ts';
import type { Sql } from '../database/sql.ts';
import type { KeyWrapper } from './key-wrapper.ts';

interface StoredKey {
  readonly subject_id: string;
  readonly kek_id: string;
  readonly wrapped: string;
}

const AT_ONCE = 500;

/**
 * Wraps every key that an older master key wraps with the current one; events stay as they are. May run while the
 * program does, may be cut off anywhere and run again.
 *
 * @returns how many keys were wrapped anew.
 * @throws KeyUnavailableError when one cannot be opened: nothing of it is changed.
 */
export async function rewrapKeys({ sql }: Pick<Database, 'sql'>, wrapper: KeyWrapper): Promise<number> {
  let count = 0;
  let behind: string | null = null;
  for (;;) {
    const keys: StoredKey[] = await sql<StoredKey>(
      `select subject_id, kek_id, wrapped from key_store.subject_key
       where kek_id <> $1 and ($2::uuid is null or subject_id > $2) order by subject_id limit $3`,
      [wrapper.currentKekId, behind, AT_ONCE],
    );
    const rewrapped = await Promise.all(keys.map((key) => rewrap(wrapper, key)));
    // Only what is still as it was read: an erasure may have come between.
    const changed = await sql(
      `update key_store.subject_key k set kek_id = $1, wrapped = n.wrapped
       from unnest($2::uuid[], $3::text[], $4::text[]) as n (subject_id, before, wrapped)
       where k.subject_id = n.subject_id and k.wrapped = n.before returning 1`,
      [
        wrapper.currentKekId,
        keys.map((key) => key.subject_id),
        keys.map((key) => key.wrapped),
        rewrapped.map((key) => key.wrapped),
      ],
    );
    count += changed.length;
    behind = keys.at(-1)?.subject_id ?? null;
    if (keys.length < AT_ONCE) return count;
  }
}

async function rewrap(wrapper: KeyWrapper, key: StoredKey): Promise<{ readonly wrapped: string }> {
  const secret = await wrapper.unwrap(key.subject_id, { kekId: key.kek_id, wrapped: key.wrapped });
  return wrapper.wrap(key.subject_id, secret);
}

/** A master key id that stored keys name and the wrapper does not have; null when it can open all. */
export async function findMissingMasterKey(sql: Sql, wrapper: KeyWrapper): Promise<string | null> {
  const [row] = await sql<{ kek_id: string }>(
    'select kek_id from key_store.subject_key where kek_id <> all ($1::text[]) limit 1',
    [wrapper.kekIds],
  );
  return row?.kek_id ?? null;
}
