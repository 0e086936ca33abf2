/** Compiled, not run: what shall compile does, and each line below an expected error has one. */
import {
  createClient,
  CursorError,
  type DomainEvent,
  eachNode,
  eachPage,
  type EventOf,
  type events,
  memoryStore,
  payloadOf,
  SignalboxError,
  type TypedDocument,
} from '@signalbox/client';
import { fileStore } from '@signalbox/client/file-store';

const client = createClient({ url: '/graphql' });

export async function requests(): Promise<void> {
  const page = await client.users({ filter: { status: 'ACTIVE' }, first: 3 });
  const email: string | undefined = page.edges[0]?.node.email;
  await client.users();
  await client.me(null, { signal: AbortSignal.timeout(1000), timeoutMs: 500 });

  // @ts-expect-error id is required
  await client.user();
  // @ts-expect-error id is a string
  await client.user({ id: 1 });
  // @ts-expect-error no such variable
  await client.users({ firts: 3 });
  // @ts-expect-error no such status
  await client.users({ filter: { status: 'SLEEPING' } });
  // @ts-expect-error no such field in the input
  await client.createUser({ input: { email: '', username: '', firstName: '', lastName: '', isAdmin: true } });
  // @ts-expect-error no such operation
  void client.dropTables;
  // @ts-expect-error a user has no such field
  void page.edges[0]?.node.passwordHash;
  void email;
}

export async function results(): Promise<string> {
  const result = await client.updateUser({ id: '', input: { firstName: 'Ada' } });
  // @ts-expect-error only the payload has a user
  void result.user;
  void payloadOf(result).user.version;
  switch (result.__typename) {
    case 'UpdateUserPayload':
      return result.user.email;
    case 'ValidationError':
      return result.fieldErrors.map(({ message }) => message).join();
    case 'ConcurrencyError':
      return `${result.expectedVersion} ${result.actualVersion}`;
    // @ts-expect-error not a member of this union
    case 'PaymentDeclinedError':
      return '';
    default:
      return `${result.code} ${result.message}`;
  }
}

export async function allEvents(): Promise<void> {
  for await (const event of client.domainEvents({ filter: { aggregateType: 'User' }, after: null })) {
    const cursor: string = event.cursor;
    void cursor;
    // @ts-expect-error not before the type is known
    void event.data.user;
    if (event.type === 'USER_CREATED') void event.data.user.email;
    if (event.type === 'UNRECOGNIZED') void event.unrecognizedType;
    // @ts-expect-error no such type
    if (event.type === 'USER_ASCENDED') void event;
  }
}

export async function someEvents(): Promise<void> {
  for await (const event of client.domainEvents({ filter: { types: ['USER_CREATED', 'USER_DELETED'] } })) {
    switch (event.type) {
      case 'USER_CREATED':
        void event.data.user.email;
        break;
      case 'USER_DELETED':
        void event.data.previousData.email;
        break;
      default:
        event satisfies never;
    }
  }
  // @ts-expect-error no such type
  void client.domainEvents({ filter: { types: ['USER_ASCENDED'] } });
  await client.handleEvents({
    filter: { types: ['ROLE_CREATED'] },
    store: fileStore('cursor'),
    handler: (event, { attempt, signal }) => void [event.data.role.name, attempt.toFixed(), signal.aborted],
  });
  // @ts-expect-error a store is required
  await client.handleEvents({ handler: () => undefined });
}

/** A switch over all types ends in `never` once none is left out. */
export function notExhaustive(event: DomainEvent): void {
  if (event.type === 'USER_CREATED') return;
  // @ts-expect-error there are others
  event satisfies never;
}

export function named(event: EventOf<'USER_CREATED' | 'USER_UPDATED'>, user: events.UserSnapshot): string {
  return event.data.user.email + user.email;
}

export async function pages(): Promise<void> {
  for await (const user of eachNode(client.users, { filter: { search: 'ada' } })) void user.email;
  for await (const page of eachPage(client.roles, { first: 10 }, { signal: AbortSignal.timeout(1) })) {
    void page.totalCount;
  }
  // @ts-expect-error not a page
  eachPage(client.me, {});
  // @ts-expect-error no such variable
  eachNode(client.users, { firts: 1 });
}

declare const own: TypedDocument<{ users: { totalCount: number } }, { first: number }>;

export async function ownDocuments(): Promise<void> {
  const { users } = await client.request(own, { first: 1 });
  void users.totalCount.toFixed();
  // @ts-expect-error first is required
  await client.request(own);
}

export async function failures(): Promise<void> {
  try {
    await client.me();
  } catch (error) {
    if (error instanceof CursorError) void error.resumeAfter;
    if (error instanceof SignalboxError && error.code === 'RATE_LIMITED') void error.details['retryAfterMs'];
  }
  createClient({ url: '/graphql', tokenStore: memoryStore(), streams: 'sse' });
  // @ts-expect-error no such transport
  createClient({ url: '/graphql', streams: 'carrier pigeon' });
  // @ts-expect-error url is required
  createClient({});
}
