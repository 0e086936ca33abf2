export interface Counted {
  /** Changes that were answered. */
  readonly changes: number;
  /** In the log. */
  readonly events: number;
  readonly seen: number;
  /** In the log, and not seen; or answered, and not in the log. */
  readonly lost: number;
  /** Seen more than once, or there more than once. */
  readonly repeated: number;
  readonly inOrder: boolean;
}

/** Compares what was acknowledged, what the log holds, and what a subscriber saw. All by event id, one event a change. */
export function count(acknowledged: readonly string[], log: readonly string[], seen: readonly string[]): Counted {
  const [stored, came] = [new Set(log), new Set(seen)];
  const lost = new Set([...log.filter((id) => !came.has(id)), ...acknowledged.filter((id) => !stored.has(id))]);
  const repeated =
    seen.length - came.size + (log.length - stored.size) + (acknowledged.length - new Set(acknowledged).size);
  const placeOf = new Map(log.map((id, place) => [id, place]));
  const places = seen.map((id) => placeOf.get(id) ?? -1);
  return {
    changes: acknowledged.length,
    events: log.length,
    seen: seen.length,
    lost: lost.size,
    repeated,
    inOrder: places.every((place, index) => place > (places[index - 1] ?? -1)),
  };
}

/** Every change one event, every event seen, once, in order. */
export function isProven({ changes, events, seen, lost, repeated, inOrder }: Counted): boolean {
  return changes > 0 && changes === events && events === seen && lost === 0 && repeated === 0 && inOrder;
}
