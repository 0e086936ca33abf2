import type { History } from './history.ts';

/** C17: the database keeps what it has acknowledged; without this, nothing that a killed one loses is anybody's fault. */
export function settingFaults({ databaseSettings }: History): string[] {
  return ['fsync', 'synchronous_commit', 'full_page_writes']
    .filter((name) => databaseSettings[name] !== 'on')
    .map((name) => `${name} is ${databaseSettings[name] ?? 'unknown'}.`);
}
