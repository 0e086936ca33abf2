/** Errors that were made for whoever starts the program: their message is a whole sentence. */
const SENTENCES: ReadonlySet<string> = new Set([
  'ConfigError',
  'FolderLockedError',
  'FolderUnusableError',
  'KeyUnavailableError',
  'RefusedError',
]);
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
/** PostgreSQL: authentication failed, no such role, no such database. */
const REFUSED_BY_DATABASE: ReadonlySet<unknown> = new Set(['28P01', '28000', '3D000']);
/** PostgreSQL: it stops, crashed or starts at this moment, or the connection is gone. */
const LOST_STATES: ReadonlySet<unknown> = new Set(['57P01', '57P02', '57P03', '08000', '08003', '08006']);
const LOST_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);
/** The driver gives this error no code. */
const LOST_MESSAGE = /^Connection terminated/;
const NOT_ALLOWED: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);
const MAX_DEPTH = 5;

interface SystemError extends Error {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly path?: unknown;
  readonly port?: unknown;
  readonly address?: unknown;
}

/** Ends the program with what went wrong: a sentence about what can be put right, else with where it happened. */
export function failToStart(error: unknown): void {
  process.stderr.write(`${describeStartFailure(error)}\n`);
  process.exitCode = 1;
}

export function describeStartFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  let found: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && found instanceof Error; depth++) {
    const sentence = sentenceOf(found);
    if (sentence !== null) return sentence;
    found = found.cause;
  }
  return error.stack ?? error.message;
}

function sentenceOf(error: SystemError): string | null {
  const { name, message, code, syscall, path, port, address } = error;
  if (SENTENCES.has(name)) return message;
  if (syscall === 'listen') return `${listenFailure(code, String(address), String(port))} Set PORT to another number.`;
  if (typeof path === 'string' && NOT_ALLOWED.has(code)) {
    return `${path} cannot be opened or made: this user may not (${String(code)}). Change that, or set SIGNALBOX_DATA_DIR to another folder.`;
  }
  if (REFUSED_BY_DATABASE.has(code)) return `The database of DATABASE_URL refused the connection: ${message}.`;
  if (UNREACHABLE.has(code))
    return `The database of DATABASE_URL does not answer (${String(code)}). Does it run, and is the URL right?`;
  if (LOST_STATES.has(code) || LOST_CODES.has(code) || LOST_MESSAGE.test(message))
    return `The database of DATABASE_URL was lost (${message}). Start again once it answers.`;
  return null;
}

function listenFailure(code: unknown, address: string, port: string): string {
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is in use by another program.`;
  if (code === 'EACCES') return `This user may not listen on port ${port} of ${address}.`;
  return `Nothing can listen on port ${port} of ${address} (${String(code)}).`;
}
