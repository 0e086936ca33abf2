import { Source } from 'graphql';
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { createUser, succeed } from '../support/factories.ts';
import { TestSocket } from '../support/graphql-requests.ts';
import { startTestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const SOCKETS = 2;
const STREAMS = 20;
/** The documents take a while to be parsed, and more while the machine has other work. */
const timeoutMs = 40_000;
/** Nearly as long as a document may be: of all of these the cache of documents holds a third. */
const PADDING = '#\n'.repeat(9_000);

/** Like no other. Of every second one the pipeline cannot prepare what events look like: each is executed. */
function documentOf(number: number): string {
  const field = `domainEvents(filter: $filter) {
    own${number}: id
    ... on UserCreated { user { name${number}: username } }
    ... on UserUpdated { user { first${number}: firstName } }
  }`;
  const [root, fragment] = number % 2 === 0 ? [field, ''] : ['...Root', `fragment Root on Subscription { ${field} }`];
  return `subscription ($filter: DomainEventFilter) { ${root} } ${fragment}\n${PADDING}`;
}

function isPlaceOf(number: number, payload: unknown): boolean {
  return String(number) in (payload as { readonly streams: Record<string, string> }).streams;
}

/** Parsed documents that can be reached: each has one source, which all of its parts refer to. */
function parsedDocuments(): number {
  // Collects before it counts.
  return queryObjects(Source, { format: 'count' });
}

test('streams whose documents are like no other’s do not keep them parsed, and send what those ask for all the same', async () => {
  await using app = await startTestApp();
  const admin = app.admin.client;
  const authorization = `Bearer ${app.admin.accessToken}`;
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => TestSocket.connect(app, { authorization })));
  const before = parsedDocuments();
  const untilForgotten = (): Promise<true> =>
    waitFor(() => parsedDocuments() - before < (SOCKETS * STREAMS) / 2, {
      describe: 'the documents to be forgotten',
      timeoutMs,
    });

  const streams = Array.from({ length: SOCKETS * STREAMS }, (_, number) => {
    const socket = sockets[number % SOCKETS] as TestSocket;
    const filter = { types: ['USER_CREATED', 'USER_UPDATED'] };
    socket.subscribe(String(number), { query: documentOf(number), variables: { filter } });
    return {
      number,
      /** The first heartbeat says where it stands. */
      isLive: () => socket.messages.some(({ type, payload }) => type === 'ping' && isPlaceOf(number, payload)),
      results: () => socket.of(String(number)).map(({ payload }) => payload),
    };
  });
  await waitFor(() => streams.every(({ isLive }) => isLive()), { describe: 'every stream to have begun', timeoutMs });
  await untilForgotten();

  const user = await createUser(admin);
  for (const { number, results } of streams) {
    await waitFor(() => results().length === 1, { describe: 'the first event', timeoutMs });
    expect(results()).toMatchObject([{ data: { domainEvents: { user: { [`name${number}`]: user.username } } } }]);
  }
  await untilForgotten();

  // An event of a type that none of them has written before.
  await succeed(admin, 'updateUser', { id: user.id, input: { firstName: 'Grace' } });
  for (const { number, results } of streams) {
    await waitFor(() => results().length === 2, { describe: 'the second event', timeoutMs });
    expect(results()[1]).toMatchObject({ data: { domainEvents: { user: { [`first${number}`]: 'Grace' } } } });
  }
  await untilForgotten();
  for (const socket of sockets) socket.socket.close();
}, 200_000);
