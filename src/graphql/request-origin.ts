import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { RequestOrigin } from '../viewer.ts';
import { clientAddress } from './client-address.ts';

const MAX_USER_AGENT_CHARACTERS = 512;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** `X-Correlation-Id`, when it is a UUID, joins the request to the caller's own trace; otherwise the request's id stands in. */
export function requestOrigin(request: IncomingMessage, requestId: string, trustedProxies: BlockList): RequestOrigin {
  const { headers, socket } = request;
  const correlationId = firstOf(headers['x-correlation-id']);
  return {
    correlationId: correlationId !== undefined && UUID.test(correlationId) ? correlationId.toLowerCase() : requestId,
    ipAddress: clientAddress(socket.remoteAddress, joined(headers['x-forwarded-for']), trustedProxies),
    userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS) ?? null,
    traceParent: firstOf(headers['traceparent']),
  };
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
