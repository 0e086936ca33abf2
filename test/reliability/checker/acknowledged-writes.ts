import type { AnsweredEvent, History, Write } from './history.ts';
import { answersOf } from './write-outcome.ts';

/** C1: every event that was acknowledged is in the log, and the newest acknowledged value of each row shows. */
export function lostWrites({ writes, log, people }: History): string[] {
  const logged = new Set(log.map(({ id }) => id));
  const lost = writes.flatMap((write) =>
    answersOf(write)
      .flat()
      .filter(({ id }) => !logged.has(id))
      .map(({ id, type }) => `${type} ${id}, acknowledged to the write ${write.key}, is not in the log.`),
  );
  const rows = new Map(people.map((person) => [person.id, person]));
  const overwritten = (['lastName', 'email'] as const).flatMap((field) =>
    [...newestValues(writes, field)].flatMap(([id, { value }]) => {
      const row = rows.get(id);
      return row === undefined || row[field] === value
        ? []
        : [`The ${field} of ${id} is ${row[field]}, where ${value} was acknowledged last.`];
    }),
  );
  return [...new Set(lost), ...overwritten];
}

interface Value {
  readonly value: string;
  readonly version: number;
}

/** By person; versions say which of two writers came last. */
function newestValues(writes: readonly Write[], field: 'lastName' | 'email'): Map<string, Value> {
  const newest = new Map<string, Value>();
  for (const write of writes) {
    const value = write.sets[field];
    const event = answersOf(write)[0]?.find(setsFields);
    if (value === undefined || event === undefined) continue;
    const { aggregateId, version } = event;
    if (version > (newest.get(aggregateId)?.version ?? 0)) newest.set(aggregateId, { value, version });
  }
  return newest;
}

function setsFields({ type }: AnsweredEvent): boolean {
  return type === 'USER_CREATED' || type === 'USER_UPDATED';
}
