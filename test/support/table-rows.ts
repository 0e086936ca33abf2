import type { Sql } from '../../src/database/sql.ts';

/** Every row of every table of ours as text, by table. */
export async function readTables(sql: Sql, except: readonly string[] = []): Promise<Map<string, readonly string[]>> {
  const tables = await sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
     order by 1`,
  );
  const contents = new Map<string, readonly string[]>();
  for (const { name } of tables) {
    if (except.includes(name)) continue;
    // The name comes from the database's own catalogue, quoted by it.
    const rows = await sql<{ row: string }>(`select t::text as row from ${name} t order by 1`);
    contents.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return contents;
}
