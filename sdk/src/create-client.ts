import type {
  ClientOptions,
  EventStreamOptions,
  EventStreamVariables,
  HandleEventsOptions,
  SignalboxClient,
  StreamOptions,
} from './client.ts';
import { Connection } from './connection.ts';
import type { StreamedEvent } from './domain-event.ts';
import { endable } from './endable.ts';
import { EventHandling } from './event-handling.ts';
import { events, eventSteps } from './event-stream.ts';
import { operations } from './operations.generated.ts';
import type { RequestOptions } from './requests.ts';
import type { IssuedTokens } from './session.ts';
import type { DocumentText } from './typed-document.ts';

/** Longer than the server's own limit, where that is not the usual one. */
const TIMEOUTS_MS: Readonly<Record<string, number>> = { importUsers: 65_000 };

type Variables = Readonly<Record<string, unknown>> | null | undefined;
type Stream<Item> = AsyncGenerator<Item, void, undefined>;

/** A client of one server, for one person at a time. It opens nothing before it is used. */
export function createClient(options: ClientOptions): SignalboxClient {
  const connection = new Connection(options);
  const client = {
    ...requestMethods(connection),
    ...streamMethods(connection),
    domainEvents: (variables?: EventStreamVariables | null, stream?: EventStreamOptions) =>
      domainEvents(connection, variables ?? {}, stream ?? {}),
    handleEvents: (handling: HandleEventsOptions<never>) => handleEvents(connection, handling),
    request: (document: DocumentText, variables: Variables, request?: RequestOptions) =>
      connection.requests.send(document.toString(), variables ?? {}, request),
    subscribe: (document: DocumentText, variables: Variables, stream?: StreamOptions) =>
      results(connection, document, variables, stream),
    session: connection.session,
    close: () => connection.close(),
  };
  // What the methods take and give is said by the documents, at compile time.
  return client as unknown as SignalboxClient;
}

function requestMethods(connection: Connection): object {
  const ask = async (
    name: string,
    document: DocumentText,
    variables: Variables,
    request: RequestOptions = {},
  ): Promise<unknown> => {
    const timeoutMs = request.timeoutMs ?? TIMEOUTS_MS[name];
    const data = await connection.requests.send(document.toString(), variables ?? {}, { ...request, timeoutMs });
    const value = rootValue(data);
    if (isIssued(value)) await connection.session.adopt(value);
    else if (name === 'logout') await connection.session.clear();
    return value;
  };
  const documents = Object.entries({ ...operations.query, ...operations.mutation });
  return Object.fromEntries(
    documents.map(([name, document]) => [
      name,
      (variables: Variables, request?: RequestOptions) => ask(name, document, variables, request),
    ]),
  );
}

function streamMethods(connection: Connection): object {
  return Object.fromEntries(
    Object.entries(operations.subscription).map(([name, document]) => [
      name,
      (variables: Variables, stream?: StreamOptions) => results(connection, document, variables, stream, rootValue),
    ]),
  );
}

function results(
  connection: Connection,
  document: DocumentText,
  variables: Variables,
  stream: StreamOptions = {},
  pick: (data: unknown) => unknown = (data) => data,
): Stream<unknown> {
  const request = { query: document.toString(), variables: variables ?? {} };
  return endable(
    (signal) => connection.results(request, { ...stream, signal }, pick),
    connection.closed,
    stream.signal,
  );
}

function domainEvents(
  connection: Connection,
  { filter = null, after = null }: EventStreamVariables,
  stream: EventStreamOptions,
): Stream<StreamedEvent> {
  return endable(
    (signal) => events(connection.eventStream(filter, after, { ...stream, signal })),
    connection.closed,
    stream.signal,
  );
}

async function handleEvents(
  connection: Connection,
  {
    filter = null,
    after = null,
    concurrency = 8,
    maxInFlight = 256,
    maxAttempts = 5,
    backOff = { baseMs: 200, maxMs: 10_000 },
    onFailure = 'stop',
    signal,
    ...options
  }: HandleEventsOptions<never>,
): Promise<void> {
  const signals = [connection.closed, signal];
  const spec = { ...options, concurrency, maxInFlight, maxAttempts, backOff, onFailure, signals };
  const handling = new EventHandling(spec);
  await handling.run(eventSteps(connection.eventStream(filter, after, { ...options, signal: handling.signal })));
}

function rootValue(data: unknown): unknown {
  return Object.values(data as object)[0];
}

function isIssued(value: unknown): value is IssuedTokens {
  return typeof value === 'object' && value !== null && 'refreshToken' in value;
}
