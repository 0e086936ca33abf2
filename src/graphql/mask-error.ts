import { GraphQLError, Kind } from 'graphql';
import { isInfrastructureFailure } from '../event-bus/infrastructure-failure.ts';
import { DomainError, ERROR_CODES, REQUEST_ERROR_CODES, RequestError, ValidationError } from '../errors.ts';
import type { ErrorCode, RequestErrorCode } from '../errors.ts';

/** The codes that clients may meet in `extensions.code`; there are no others. */
export type PublicCode = ErrorCode | RequestErrorCode | 'INTERNAL_SERVER_ERROR';

const PUBLIC_CODES: ReadonlySet<unknown> = new Set([...ERROR_CODES, ...REQUEST_ERROR_CODES, 'INTERNAL_SERVER_ERROR']);
const MAX_WRAPPERS = 10;

interface SafeError {
  readonly code: PublicCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface MaskOptions {
  readonly requestId: string;
  /** Leaves out what helps to guess the names of a schema that is not published. */
  readonly production: boolean;
  /** Called with each error that nobody expected, a database that is away included, freed of its wrappers, before it is replaced. */
  readonly report: (error: unknown) => void;
}

/** Turns whatever went wrong into errors that may leave the process: each has a published code and the request's id. */
export function maskErrors(error: unknown, options: MaskOptions): GraphQLError[] {
  if (error instanceof AggregateError) return error.errors.flatMap((one: unknown) => maskErrors(one, options));
  return [maskError(error, options)];
}

function maskError(error: unknown, { requestId, production, report }: MaskOptions): GraphQLError {
  const safe = safeErrorIn(error);
  if (safe === undefined) report(unwrap(error).at(-1));
  const { code, message, details } = safe ?? unexpected(unwrap(error).at(-1));
  const origin = error instanceof GraphQLError ? error : undefined;
  return new GraphQLError(production ? withoutSuggestion(message) : message, {
    nodes: origin?.nodes ?? null,
    source: origin?.source ?? null,
    positions: origin?.positions ?? null,
    path: origin?.path ?? null,
    extensions: { ...details, code, requestId },
  });
}

/** Whether to try again is all that a client can use: a database that is away comes back, our own mistake stays. */
function unexpected(thrown: unknown): SafeError {
  return isInfrastructureFailure(thrown)
    ? { code: 'SERVICE_UNAVAILABLE', message: 'The service is not available at the moment. Try again.' }
    : { code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.' };
}

/** What may be told about the error, or undefined when it is none of those that we expect. */
function safeErrorIn(error: unknown): SafeError | undefined {
  const [outermost, ...wrapped] = unwrap(error);
  const innermost = wrapped.at(-1) ?? outermost;
  if (innermost instanceof RequestError) return innermost;
  if (innermost instanceof ValidationError) {
    return { code: innermost.code, message: innermost.message, details: { fieldErrors: innermost.fieldErrors } };
  }
  if (innermost instanceof DomainError) return innermost;
  if (!(outermost instanceof GraphQLError)) return undefined;
  if (isVariableError(outermost)) return { code: 'BAD_USER_INPUT', message: withoutValue(outermost, innermost) };
  if (!(innermost instanceof GraphQLError)) return undefined;
  const code = innermost.extensions['code'];
  if (PUBLIC_CODES.has(code)) return { code: code as PublicCode, message: innermost.message };
  if (isClientFault(outermost, innermost)) return { code: 'BAD_USER_INPUT', message: withoutEcho(innermost.message) };
  return undefined;
}

/** From the outermost wrapper that the executor put around an error to what was thrown. */
function unwrap(error: unknown): unknown[] {
  const chain = [error];
  for (let inner = error; inner instanceof GraphQLError && chain.length < MAX_WRAPPERS;) {
    if (inner.originalError == null) break;
    inner = inner.originalError;
    chain.push(inner);
  }
  return chain;
}

function isVariableError(error: GraphQLError): boolean {
  return error.path === undefined && error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/**
 * Without a path the request itself was refused: syntax, validation, unknown operation. With one, a field failed, which
 * is the client's doing only if an argument was missing; the same class also reports values that the server got wrong.
 * Pothos names the refusals of its own arguments (page sizes, global ids).
 */
function isClientFault(outermost: GraphQLError, innermost: GraphQLError): boolean {
  if (outermost.path === undefined || innermost.name === 'PothosValidationError') return true;
  return innermost.nodes !== undefined && innermost.message.startsWith('Argument "');
}

/** The executor repeats the whole variable in its message, passwords included; what is wrong and where is enough. */
function withoutValue(outermost: GraphQLError, innermost: unknown): string {
  const separator = ' got invalid value ';
  const start = outermost.message.indexOf(separator);
  if (start === -1 || !(innermost instanceof Error)) return withoutEcho(outermost.message);
  const reason = outermost.originalError?.message ?? innermost.message;
  const place = / at "([^"]*)"$/.exec(outermost.message.slice(0, -`; ${reason}`.length))?.[1];
  const where = place === undefined ? '' : ` at "${place}"`;
  return `${outermost.message.slice(0, start)} got an invalid value${where}; ${withoutEcho(reason)}`;
}

function withoutEcho(message: string): string {
  return message.replace(/( cannot represent [^:"{[]*value): [^]*$/, '$1.');
}

/** The executor has an option for this, but does not honour it for variables. */
function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean [^]*\?$/, '');
}
