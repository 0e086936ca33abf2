import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { TransportLimits } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import { acceptedAnswers } from './accept-header.ts';
import { EventStream } from './event-stream.ts';
import { HttpRefusal } from './http-answer.ts';
import type { Exchange } from './http-answer.ts';
import type { Operation } from './operation.ts';
import type { HttpOperation, Pipeline } from './pipeline.ts';
import { readBody } from './read-body.ts';
import { requestOrigin } from './request-origin.ts';
import { checkRequestParams } from './request-params.ts';
import type { RequestParams } from './request-params.ts';

/** yoga wants a URL; the real one was checked and has no further meaning. */
const ENDPOINT = 'http://localhost/graphql';
/** Set by us on every answer, or meant for another hop. */
const HEADERS_OF_OURS: ReadonlySet<string> = new Set(['cache-control', 'connection', 'content-encoding']);

interface PostOptions {
  readonly limits: TransportLimits;
  readonly trustedProxies: BlockList;
  /** Whether these credentials are somebody's; asked only about a body too large for anybody else. */
  readonly isAuthentic: (authorization: string) => Promise<boolean>;
  readonly streams: Set<EventStream>;
}

/** Runs the operation that a POST carries and answers it, as JSON or as an event stream. Throws HttpRefusal. */
export async function answerGraphqlPost(
  pipeline: Pipeline<object>,
  exchange: Exchange,
  { limits, trustedProxies, isAuthentic, streams }: PostOptions,
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
  const operation = pipeline.open({
    requestId,
    origin: requestOrigin(request, requestId, trustedProxies),
    answers: { json: accepted.json !== null, stream: accepted.stream },
    authorization: () => authorization,
  });
  const abort = (): void => abandon(operation);
  response.once('close', abort);
  if (response.destroyed) abort();
  const accept = [accepted.json, accepted.stream ? 'text/event-stream' : null]
    .filter((type) => type !== null)
    .join(', ');
  const context: HttpOperation = { operation, requestParams, jsonType: accepted.json ?? 'application/json' };
  const answer = await pipeline.yoga.fetch(ENDPOINT, { method: 'POST', headers: { accept } }, context);
  await send(answer, exchange, streams);
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

async function send(answer: Response, { response }: Exchange, streams: Set<EventStream>): Promise<void> {
  for (const [name, value] of answer.headers) {
    if (!HEADERS_OF_OURS.has(name.toLowerCase())) response.setHeader(name, value);
  }
  response.statusCode = answer.status;
  if (answer.body === null || answer.headers.get('content-type') !== 'text/event-stream') {
    response.end(await answer.text());
    return;
  }
  // Some reverse proxies hold events back until a buffer is full unless told otherwise.
  response.setHeader('X-Accel-Buffering', 'no');
  const stream = new EventStream(answer.body, response);
  streams.add(stream);
  try {
    await stream.pump();
  } finally {
    streams.delete(stream);
  }
}
