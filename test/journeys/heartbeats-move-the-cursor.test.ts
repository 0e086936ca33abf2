import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor } from '../../src/event-store/cursor.ts';
import { createUser, type SignedIn, signedInUser, succeed } from '../support/factories.ts';
import { OpenStream, TestSocket } from '../support/graphql-requests.ts';
import { readStoredLog } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const FOLLOW = `subscription ($after: Cursor, $filter: DomainEventFilter) {
  domainEvents(after: $after, filter: $filter) { id type } }`;

let app: TestApp;
let person: SignedIn;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_STREAM_HEARTBEAT_SECONDS: '1' } });
  person = await signedInUser(app.admin.client);
});
afterAll(() => app[Symbol.asyncDispose]());

const headOfLog = async (): Promise<string> => (await readStoredLog(app.sql)).at(-1)?.cursor ?? encodeCursor(0);

describe('over websocket', () => {
  interface Places {
    readonly head: string;
    readonly streams: Record<string, string>;
  }
  const placesOf = (socket: TestSocket): Places[] =>
    socket.messages.filter(({ type }) => type === 'ping').map(({ payload }) => payload as Places);

  test('the first ping says that a stream is live and from where on, though nothing was sent', async () => {
    await using socket = await TestSocket.connect(app, { token: person.accessToken });
    const head = await headOfLog();
    socket.subscribe('now', { query: FOLLOW });
    await socket.message('ping');
    expect(placesOf(socket)[0]).toEqual({ head, streams: { now: head } });
    expect(socket.of('now')).toEqual([]);
  });

  test('pings move on with the log although the filter lets nothing through, and a stream resumed there misses nothing', async () => {
    await using socket = await TestSocket.connect(app, { token: person.accessToken });
    const id = '"quoted" ünïcode __proto__';
    socket.subscribe(id, { query: FOLLOW });
    await socket.message('ping');

    await createUser(app.admin.client);
    const head = await headOfLog();
    await waitFor(() => placesOf(socket).some(({ streams }) => streams[id] === head), { describe: 'the new head' });
    expect(socket.of(id)).toEqual([]);

    const { events } = await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName: 'Seen' } });
    await using resumed = await TestSocket.connect(app, { token: person.accessToken });
    resumed.subscribe('1', { query: FOLLOW, variables: { after: head } });
    expect((await resumed.message('next', '1')).payload).toMatchObject({
      data: { domainEvents: { id: events?.[0]?.id } },
    });
    expect((await socket.message('next', id)).payload).toMatchObject({
      data: { domainEvents: { id: events?.[0]?.id } },
    });
  });

  test('a socket without event streams gets none', async () => {
    await using quiet = await TestSocket.connect(app, { token: person.accessToken });
    quiet.subscribe('1', { query: 'subscription { notifications { id } }' });
    await using other = await TestSocket.connect(app, { token: person.accessToken });
    other.subscribe('1', { query: FOLLOW });
    await waitFor(() => placesOf(other).length > 2, { describe: 'some heartbeats' });
    expect(placesOf(quiet)).toEqual([]);
  });
});

describe('over sse', () => {
  const open = (body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<OpenStream> =>
    OpenStream.open(
      app,
      { query: FOLLOW, variables: body },
      { authorization: `Bearer ${person.accessToken}`, ...headers },
    );
  const idsOf = (stream: OpenStream): string[] => [...stream.text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '');

  test('an id without data moves on with the log, and Last-Event-ID resumes there whatever the body says', async () => {
    await using stream = await open({});
    const before = await headOfLog();
    await waitFor(() => idsOf(stream).includes(before), { describe: 'the first heartbeat' });
    await createUser(app.admin.client);
    const head = await headOfLog();
    await waitFor(() => idsOf(stream).includes(head), { describe: 'the new head' });
    expect(stream.results).toEqual([]);

    const { events } = await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName: 'Next' } });
    await using resumed = await open({ after: encodeCursor(0) }, { 'last-event-id': head });
    await waitFor(() => resumed.results.length > 0, { describe: 'the event' });
    expect(resumed.results[0]).toMatchObject({ data: { domainEvents: { id: events?.[0]?.id } } });
    const log = await readStoredLog(app.sql);
    expect(idsOf(resumed)[0]).toBe(log.find(({ id }) => id === events?.[0]?.id)?.cursor);
  });

  test('a malformed Last-Event-ID is refused like any other cursor', async () => {
    await using stream = await open({}, { 'last-event-id': 'garbage' });
    expect(await stream.untilEnded()).toMatchObject([{ errors: [{ extensions: { code: 'CURSOR_INVALID' } }] }]);
  });
});
