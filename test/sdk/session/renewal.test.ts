import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryStore, type ValueStore } from '../../../sdk/src/index.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { sdkClient } from '../../support/sdk-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { TOLERANCE_SECONDS, withTokenNearItsEnd } from '../../support/token-near-its-end.ts';
import { waitFor } from '../../support/wait-for.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
});

afterAll(() => cleanup.disposeAsync());

async function someone(): Promise<SignedIn> {
  return signedInUser(app.admin.client);
}

interface StoredTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Holds what a client stored some minutes ago: the access token is still good, and due to be renewed. */
function storeWith({ accessToken, refreshToken }: StoredTokens, expiresAt = Date.now() + 60_000): ValueStore {
  return memoryStore(JSON.stringify({ accessToken, refreshToken, renewsAt: Date.now() - 1, expiresAt }));
}

/** As localStorageStore does it with the locks of a browser. */
function withTurns(store: ValueStore): ValueStore {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...store,
    exclusive: async (work) => {
      const turn = last.then(work, work);
      last = turn;
      return turn;
    },
  };
}

/** How often the tokens of a session were exchanged. */
async function exchanges({ user }: SignedIn): Promise<number> {
  const [row] = await app.sql<{ tokens: string }>(
    'select count(*) as tokens from refresh_token join session on session.id = session_id where user_id = $1',
    [user.id],
  );
  return Number(row?.tokens) - 1;
}

test('a token is renewed before it expires, once for all who need it', async () => {
  const person = await withTokenNearItsEnd(app, await someone(), 2);
  using client = await sdkClient(app.url, person);
  await Promise.all([1, 2, 3].map(() => client.me()));
  expect(await exchanges(person)).toBe(0);
  await waitFor(async () => (await client.session.token()) !== person.accessToken, { describe: 'a new token' });
  // It was not refused yet: the server allows for clocks that differ.
  expect(await app.client.as(person.accessToken).codeOf('{ me { id } }')).toBeNull();
  await Promise.all([1, 2, 3, 4, 5].map(() => client.me()));
  expect(await exchanges(person)).toBe(1);
});

test('a refused token is renewed and the request repeated, once for all who were refused', async () => {
  const person = await someone();
  const expired = await withTokenNearItsEnd(app, person, -TOLERANCE_SECONDS - 1);
  using client = await sdkClient(app.url, expired);
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => client.me()));
  expect(answers.map((me) => me?.id)).toEqual(answers.map(() => person.user.id));
  expect(await exchanges(person)).toBe(1);
});

test('an exchange whose answer is lost is repeated', async () => {
  const person = await someone();
  await using line = await ConnectionSwitch.listen(app.url);
  using client = await sdkClient(line.url, null, { tokenStore: storeWith(person, Date.now() - 1) });
  line.swallowAnswers(2);
  expect(await client.session.token()).not.toBe(person.accessToken);
  expect(line.swallowed).toBe(2);
  expect((await client.me())?.id).toBe(person.user.id);
});

test('clients that share a store renew one after the other', async () => {
  const person = await someone();
  const tokenStore = withTurns(storeWith(person));
  using first = await sdkClient(app.url, null, { tokenStore });
  using second = await sdkClient(app.url, null, { tokenStore });
  const answers = await Promise.all([first.me(), second.me(), first.me(), second.me()]);
  expect(answers.map((me) => me?.id)).toEqual(answers.map(() => person.user.id));
  await waitFor(async () => (await first.session.token()) !== person.accessToken, { describe: 'a new token' });
  await waitFor(async () => (await second.session.token()) !== person.accessToken, { describe: 'the same there' });
  expect(await first.session.token()).toBe(await second.session.token());
  expect(await exchanges(person)).toBe(1);
});

test('while the server is away an old token serves until it expires, and nobody waits for a new one', async () => {
  const person = await someone();
  await using line = await ConnectionSwitch.listen(app.url);
  using client = await sdkClient(line.url, null, { tokenStore: storeWith(person) });
  line.isDown = true;
  expect(await client.session.token()).toBe(person.accessToken);
  line.isDown = false;
  await waitFor(async () => (await client.session.token()) !== person.accessToken, { describe: 'a new token' });
});

test('a refused exchange ends the session: the tokens are gone, and the program is told once', async () => {
  const person = await someone();
  let ends = 0;
  const tokenStore = storeWith({ ...person, refreshToken: 'sb_rt_unknown' }, Date.now() - 1);
  using client = await sdkClient(app.url, null, { tokenStore, onSignedOut: () => (ends += 1) });
  // Nobody is signed in any more: what needs no signature still works.
  expect(await client.me()).toBeNull();
  await expect(client.users()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(ends).toBe(1);
  expect(await tokenStore.get()).toBeNull();
});

test('a session that was ended elsewhere ends here', async () => {
  const person = await someone();
  let ends = 0;
  using client = await sdkClient(app.url, person, { onSignedOut: () => (ends += 1) });
  await client.logout();
  expect(ends).toBe(1);
  using other = await sdkClient(app.url, person, { onSignedOut: () => (ends += 1) });
  await expect(other.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(ends).toBe(2);
});

test('tokens of the program’s own are asked for again when one is refused', async () => {
  const person = await someone();
  const tokens = ['eyJub.dGhpbmc.x', person.accessToken];
  using client = await sdkClient(app.url, null, { accessToken: () => tokens.shift() ?? person.accessToken });
  expect((await client.me())?.id).toBe(person.user.id);
  using stubborn = await sdkClient(app.url, null, { accessToken: () => 'eyJub.dGhpbmc.x' });
  await expect(stubborn.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('what is no pair of tokens in the store counts as none', async () => {
  using client = await sdkClient(app.url, null, { tokenStore: memoryStore('{"accessToken":1') });
  expect(await client.me()).toBeNull();
});
