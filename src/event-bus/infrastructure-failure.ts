/** SQLSTATEs that say "again later" about the database or a collision with another transaction, not about the event. */
const TRANSIENT_STATES = new Set(['40001', '40P01', '53300', '57P01', '57P02', '57P03', '25P03', '55P03']);
const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);

/** Whether an error says that the database was away or busy: then the attempt does not count against the event. */
export function isInfrastructureFailure(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (code.startsWith('08') || TRANSIENT_STATES.has(code) || CONNECTION_CODES.has(code)) return true;
    if (/connection terminated|timeout exceeded when trying to connect/i.test(cause.message)) return true;
  }
  return false;
}
