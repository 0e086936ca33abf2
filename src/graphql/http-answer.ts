import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PublicCode } from './mask-error.ts';

/** A request that HTTP already refuses, before any GraphQL. Its message is shown as it is. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly code: PublicCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    code: PublicCode = 'BAD_USER_INPUT',
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Sent with every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** One request and its answer over HTTP. */
export interface Exchange {
  readonly requestId: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export function sendJson({ response }: Exchange, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length });
  response.end(bytes);
}

export function sendRefusal(exchange: Exchange, refusal: HttpRefusal): void {
  for (const [name, value] of Object.entries(refusal.headers)) exchange.response.setHeader(name, value);
  sendJson(exchange, refusal.status, refusalBody(refusal, exchange.requestId));
}

/** The same answer where there is no response object: a refused upgrade, a request that node could not parse. */
export function writeRefusal(socket: Duplex, refusal: HttpRefusal, requestId: string): void {
  const body = JSON.stringify(refusalBody(refusal, requestId));
  const headers = {
    ...SECURITY_HEADERS,
    ...refusal.headers,
    'X-Request-Id': requestId,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`;
  socket.end([status, ...lines, '', body].join('\r\n'));
}

function refusalBody({ message, code }: HttpRefusal, requestId: string): unknown {
  return { errors: [{ message, extensions: { code, requestId } }] };
}
