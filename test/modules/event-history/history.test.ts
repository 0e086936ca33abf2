import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, type ShownUser, signedInUser, succeed } from '../../support/factories.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let user: ShownUser;
beforeAll(async () => {
  app = await startTestApp();
  user = await createUser(app.admin.client);
  for (let time = 1; time <= 12; time++) {
    await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: `Name ${time}` } });
  }
  // Once every event has its place: the history shows no others.
  await readStoredLog(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

const EVENTS = `query ($direction: SortDirection, $after: Cursor, $first: Int, $filter: DomainEventFilter) {
  events(direction: $direction, after: $after, first: $first, filter: $filter) {
    edges { cursor node { id cursor } } pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: { readonly id: string; readonly cursor: string };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function readAll(variables: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const { events }: { events: Page } = await app.admin.client.ask<{ events: Page }>(EVENTS, { ...variables, after });
    ids.push(...events.edges.map(({ node }) => node.id));
    if (!events.pageInfo.hasNextPage) return ids;
    after = events.pageInfo.endCursor;
  }
}

test('the history shows every event once, in both directions and whatever the size of its pages', async () => {
  const stored = (await readStoredLog(app.sql)).map(({ id }) => id);
  for (const first of [1, 4, 100]) {
    expect(await readAll({ direction: 'ASC', first })).toEqual(stored);
    expect(await readAll({ direction: 'DESC', first })).toEqual(stored.toReversed());
  }
  expect(await readAll({ first: 7 })).toEqual(stored.toReversed());
});

test('a filtered history pages through what matches', async () => {
  const stored = (await readStoredLog(app.sql))
    .filter(({ aggregateId }) => aggregateId === user.id)
    .map(({ id }) => id);
  expect(await readAll({ direction: 'ASC', first: 5, filter: { aggregateId: user.id } })).toEqual(stored);
  expect(await readAll({ filter: { types: [] } })).toEqual([]);
});

test('an event is found by its id, also as a node; a person finds those about themselves', async () => {
  const stranger = await signedInUser(app.admin.client);
  const log = await readStoredLog(app.sql);
  const foreign = log.find(({ aggregateId }) => aggregateId === user.id);
  const own = log.find(({ aggregateId }) => aggregateId === stranger.user.id);
  const query = 'query ($id: ID!) { event(id: $id) { id type cursor } node(id: $id) { id __typename } }';

  expect(await app.admin.client.ask(query, { id: foreign?.id })).toEqual({
    event: { id: foreign?.id, type: 'USER_CREATED', cursor: foreign?.cursor },
    node: { id: foreign?.id, __typename: 'UserCreated' },
  });
  expect(await stranger.client.ask(query, { id: own?.id })).toMatchObject({ event: { id: own?.id } });
  expect(await stranger.client.ask(query, { id: foreign?.id })).toEqual({ event: null, node: null });
  expect(await stranger.client.codeOf('{ events { edges { node { id } } } }')).toBe('FORBIDDEN');
});
