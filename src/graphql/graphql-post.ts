import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { TransportLimits } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import { acceptedAnswers } from './accept-header.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { EventFeed } from './event-feed.ts';
import { HttpRefusal } from './http-answer.ts';
import type { Exchange } from './http-answer.ts';
import { describeOperation, type ListedConnection, type LiveConnections } from './live-connections.ts';
import type { Operation } from './operation.ts';
import { type HttpResult, isSubscription, type OperationContext, type Pipeline } from './pipeline.ts';
import { readBody } from './read-body.ts';
import { requestOrigin } from './request-origin.ts';
import { checkRequestParams } from './request-params.ts';
import type { RequestParams } from './request-params.ts';
import { ServerSentEvents } from './server-sent-events.ts';

/** yoga wants a URL; the real one was checked and has no further meaning. */
const ENDPOINT = 'http://localhost/graphql';
/** Set by us on every answer, or meant for another hop. */
const HEADERS_OF_OURS: ReadonlySet<string> = new Set(['cache-control', 'connection', 'content-encoding']);

interface PostOptions {
  readonly limits: TransportLimits;
  readonly trustedProxies: BlockList;
  /** Whether these credentials are somebody's; asked only about a body too large for anybody else. */
  readonly isAuthentic: (authorization: string) => Promise<boolean>;
  readonly connections: ConnectionLimits;
  readonly streams: Set<ServerSentEvents>;
  readonly liveConnections: LiveConnections;
}

/** Runs the operation that a POST carries and answers it, as JSON or as an event stream. Throws HttpRefusal. */
export async function answerGraphqlPost(
  pipeline: Pipeline<OperationContext>,
  exchange: Exchange,
  { limits, trustedProxies, isAuthentic, connections, streams, liveConnections }: PostOptions,
): Promise<void> {
  const { request, response, requestId } = exchange;
  checkContentType(request.headers['content-type'], request.headers['content-encoding']);
  const accepted = acceptedAnswers(request.headers.accept);
  if (accepted.json === null && !accepted.stream)
    throw new HttpRefusal(406, 'Accept application/json or text/event-stream.');
  const authorization = request.headers.authorization ?? null;
  const mayBeLarge = !isKnownSmall(request, limits) && authorization !== null && (await isAuthentic(authorization));
  const limit = mayBeLarge ? limits.bodyAuthenticatedBytes : limits.bodyAnonymousBytes;
  const requestParams = parseParams(await readBody(request, limit));
  const origin = requestOrigin(request, requestId, trustedProxies);
  const places = new DisposableStack();
  let userId: string | null = null;
  const operation = pipeline.open({
    requestId,
    origin,
    answers: { json: accepted.json !== null, stream: accepted.stream },
    authorization: () => authorization,
    admitSubscription: () => void places.use(connections.admitAddress(origin.ipAddress)),
    admitSubscriber: (personId) => {
      places.use(connections.admitPerson(personId));
      userId = personId;
    },
    lastEventId: lastEventIdOf(request.headers['last-event-id']),
  });
  response.once('close', () => {
    abandon(operation);
    places.dispose();
  });
  if (response.destroyed) abandon(operation);
  const outcome = await pipeline.run(operation, requestParams);
  if (isSubscription(outcome)) {
    const events = new ServerSentEvents(outcome, response);
    const listed: ListedConnection = {
      id: requestId,
      describe: () => ({
        id: requestId,
        transport: 'SSE',
        userId,
        ipAddress: origin.ipAddress,
        userAgent: origin.userAgent,
        since: operation.startedAt.toISOString(),
        unsentBytes: events.unsentBytes,
        operations: [describeOperation(operation, outcome instanceof EventFeed ? outcome : null)],
      }),
      end: () => operation.running?.end(new RequestError('FORBIDDEN', 'An operator has ended this stream.')),
    };
    liveConnections.add(listed);
    try {
      await stream(events, streams);
    } finally {
      liveConnections.remove(listed);
    }
    return;
  }
  places.dispose();
  const accept = [accepted.json, accepted.stream ? 'text/event-stream' : null]
    .filter((type) => type !== null)
    .join(', ');
  const result: HttpResult = { result: outcome, requestParams, jsonType: accepted.json ?? 'application/json' };
  await send(await pipeline.yoga.fetch(ENDPOINT, { method: 'POST', headers: { accept } }, result), exchange);
}

async function stream(events: ServerSentEvents, streams: Set<ServerSentEvents>): Promise<void> {
  streams.add(events);
  try {
    await events.pump();
  } finally {
    streams.delete(events);
  }
}

/** What is no cursor is refused as one, by the field that resumes. */
function lastEventIdOf(header: string | string[] | undefined): string | null {
  const id = Array.isArray(header) ? header[0] : header;
  return id === undefined || id === '' ? null : id;
}

/** A body without a length may be of any. */
function isKnownSmall({ headers }: IncomingMessage, limits: TransportLimits): boolean {
  const length = headers['content-length'];
  return length !== undefined && Number(length) <= limits.bodyAnonymousBytes;
}

function checkContentType(contentType: string | undefined, contentEncoding: string | undefined): void {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isUtf8 = parameters.every(
    (parameter) => !parameter.startsWith('charset=') || /^charset="?utf-?8"?$/.test(parameter),
  );
  if (type !== 'application/json' || !isUtf8) throw new HttpRefusal(415, 'Send application/json in UTF-8.');
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    throw new HttpRefusal(415, 'Send the body without a Content-Encoding.');
  }
}

function parseParams(text: string): RequestParams {
  try {
    return checkRequestParams(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpRefusal(400, 'The request body is not valid JSON.');
    if (error instanceof RequestError) throw new HttpRefusal(400, error.message);
    throw error;
  }
}

function abandon(operation: Operation): void {
  operation.abort(new RequestError('SERVICE_UNAVAILABLE', 'The client went away.'));
}

async function send(answer: Response, { response }: Exchange): Promise<void> {
  for (const [name, value] of answer.headers) {
    if (!HEADERS_OF_OURS.has(name.toLowerCase())) response.setHeader(name, value);
  }
  response.statusCode = answer.status;
  response.end(await answer.text());
}
