import type { ExecutionResult, GraphQLError } from 'graphql';

export type JsonMediaType = 'application/json' | 'application/graphql-response+json';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  MAINTENANCE: 503,
  SERVICE_UNAVAILABLE: 503,
  PROJECTION_LAGGING: 503,
  INTERNAL_SERVER_ERROR: 500,
};
const BAD_REQUEST = 400;

/**
 * Adds the status and headers, where yoga looks for them, to a result without data.
 *
 * GraphQL over HTTP: with `application/graphql-response+json` a refused request answers 4xx or 5xx; with the older
 * `application/json` a request that was well-formed HTTP answers 200, whatever GraphQL thought of it. Who is not
 * admitted, or met a server that cannot serve, gets that status in both.
 */
export function toHttpResult(result: ExecutionResult, jsonType: JsonMediaType): ExecutionResult {
  if (result.errors === undefined || 'data' in result) return result;
  const status = Math.max(...result.errors.map(statusOf));
  const isClientFault = status === BAD_REQUEST && jsonType === 'application/json';
  const http = { status: isClientFault ? 200 : status, headers: headersFor(status, result.errors[0]) };
  return { ...result, extensions: { ...result.extensions, http } };
}

function statusOf(error: GraphQLError): number {
  return STATUS_BY_CODE[String(error.extensions['code'])] ?? BAD_REQUEST;
}

function headersFor(status: number, error: GraphQLError | undefined): Record<string, string> {
  return { ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}), ...retryAfter(error?.extensions ?? {}) };
}

/** The header of a refusal that says when to come again. */
export function retryAfter({ retryAfterMs }: Readonly<Record<string, unknown>>): Record<string, string> {
  return typeof retryAfterMs === 'number' ? { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } : {};
}
