import { HandlerTimeoutError } from './lane.ts';

/** SQLSTATE classes that say "again later" about the database: connections, resources, operators at work, its own machine. */
const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);
/** The same for single states: collisions with other transactions, an idle session that was ended, a server that only reads. */
const TRANSIENT_STATES = new Set(['40001', '40P01', '25P03', '55P03', '25006']);
/** Of class 57, but about this statement alone: it ran out of time. */
const QUERY_CANCELLED = '57014';
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const CONNECTION_LOST =
  /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/i;
const MAX_DEPTH = 10;

/** Whether an error of our own work says that the database was away or busy: then the attempt does not count against the event. */
export function isInfrastructureFailure(error: unknown): boolean {
  return someCause(error, (cause, code) => isDatabaseSaying(cause, code) || CONNECTION_CODES.has(code));
}

/** The same for an error of a call to somebody else: only what PostgreSQL or its driver says, since others refuse connections too. */
export function isDatabaseFailure(error: unknown): boolean {
  return someCause(error, isDatabaseSaying);
}

function someCause(error: unknown, matches: (cause: Error, code: string) => boolean): boolean {
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < MAX_DEPTH; depth++, cause = cause.cause) {
    // The rollback of an attempt that ran out of time may fail as well, and then stands as its cause.
    if (cause instanceof HandlerTimeoutError) return false;
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (matches(cause, code)) return true;
  }
  return false;
}

function isDatabaseSaying({ message }: Error, code: string): boolean {
  if (CONNECTION_LOST.test(message)) return true;
  if (!/^[0-9A-Z]{5}$/.test(code) || code === QUERY_CANCELLED) return false;
  return TRANSIENT_STATES.has(code) || TRANSIENT_CLASSES.has(code.slice(0, 2));
}
