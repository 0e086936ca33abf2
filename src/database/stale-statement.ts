/** Since it was prepared the tables have changed, or a pooler has given us another session. */
const STALE_STATEMENT = new Set<unknown>(['0A000', '26000']);

/** Whether a statement prepared earlier cannot run any more as it was prepared; it has done nothing then. */
export function isStale(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && STALE_STATEMENT.has(error.code);
}
