const HEADER = /^-- The schema after all migrations, as PostgreSQL (?<major>\d+) dumps it[.]/;
const CHANGING_LINE =
  /^(--$|-- (Name: |Dumped |PostgreSQL database)|\\(un)?restrict |SET \w+ = |SELECT pg_catalog[.]set_config)/;

/** The contents of migrations/schema.sql. */
export function printSnapshot(major: number, dump: string): string {
  return `-- The schema after all migrations, as PostgreSQL ${major} dumps it. Written by \`npm run migrations:write\`.\n\n${dump}`;
}

/** The PostgreSQL major version named in the first line. Throws when there is none. */
export function majorOfSnapshot(snapshot: string): number {
  const major = HEADER.exec(snapshot)?.groups?.['major'];
  if (major === undefined)
    throw new Error('The first line of migrations/schema.sql does not name the PostgreSQL version.');
  return Number(major);
}

/**
 * What of `pg_dump --schema-only` depends on the schema alone: without comments (they carry versions), psql's
 * `\restrict` tokens (random), session settings and runs of empty lines.
 */
export function normaliseDump(dump: string): string {
  const lines = dump
    .split('\n')
    .filter((line) => !CHANGING_LINE.test(line))
    .map((line) => line.trimEnd());
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
