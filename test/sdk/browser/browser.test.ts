import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { PASSWORD, type SignedIn, signedInUser } from '../../support/factories.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import type { StreamKind } from '../../support/sdk-client.ts';
import { SdkPage, type SdkWindow } from '../../support/sdk-page.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;
let line: ConnectionSwitch;
let site: SdkPage;
let browser: Browser;

beforeAll(async () => {
  site = cleanup.use(await SdkPage.serve());
  app = cleanup.use(await startTestApp({ env: { SIGNALBOX_ALLOWED_ORIGINS: site.origin } }));
  line = cleanup.use(await ConnectionSwitch.listen(app.url));
  browser = cleanup.use(await launchChromium());
}, 120_000);

afterAll(() => cleanup.disposeAsync());

/** Opens the page in a tab; what goes wrong in it is thrown by `check`. */
async function openTab(context: Awaited<ReturnType<Browser['newContext']>>): Promise<{ page: Page; check(): void }> {
  const page = await context.newPage();
  const failures: string[] = [];
  page.on('pageerror', (error) => void failures.push(error.message));
  await page.goto(site.origin);
  await page.waitForFunction(() => 'createClient' in globalThis);
  return { page, check: () => expect(failures).toEqual([]) };
}

interface Follow {
  readonly url: string;
  readonly streams: StreamKind;
  readonly after: string | null;
  readonly login: { readonly email: string; readonly password: string } | null;
}

/** Signs in unless that is still so, and collects events in `window.received`. Runs in the page. */
async function follow({ url, streams, after, login }: Follow): Promise<string> {
  const { createClient, localStorageStore } = globalThis as unknown as SdkWindow;
  const received: string[] = [];
  const client = createClient({
    url,
    streams,
    tokenStore: localStorageStore('tokens'),
    reconnect: { baseMs: 10, maxMs: 100 },
  });
  if (login) await client.login({ input: login });
  const store = localStorageStore('cursor');
  const reading = (async () => {
    for await (const event of client.domainEvents({ after }, { store })) received.push(event.id);
  })();
  Object.assign(globalThis, { received, reading });
  return (await client.me())?.email ?? 'nobody';
}

async function received(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as { received: string[] }).received);
}

describe.for<StreamKind>(['websocket', 'sse'])('in a browser, over %s', (streams) => {
  test('a page signs in, follows events over cut connections, and goes on after it was closed and opened again', async () => {
    await using context = await browser.newContext();
    const first = await openTab(context);
    const { email } = app.admin.user;
    const start = (await readStoredLog(app.sql)).at(-1)?.cursor ?? null;
    const settings = { url: line.url, streams, after: start, login: { email, password: PASSWORD } };
    expect(await first.page.evaluate(follow, settings)).toBe(email);
    const changes = new ScriptedChanges(app.admin.client);
    const alice = await changes.makeUsers();
    line.cut();
    await changes.rename(alice, 3);
    await waitFor(async () => (await received(first.page)).includes(changes.lastEvent), { describe: 'the events' });
    const before = await received(first.page);
    first.check();
    await first.page.close();

    await changes.rename(alice, 3);
    const second = await openTab(context);
    expect(await second.page.evaluate(follow, { ...settings, login: null })).toBe(email);
    await waitFor(async () => (await received(second.page)).includes(changes.lastEvent), { describe: 'the rest' });
    const after = await received(second.page);
    second.check();

    const log = (await readStoredLog(app.sql)).map(({ id }) => id);
    const from = log.indexOf(before[0] ?? '');
    expect(before).toEqual(log.slice(from, from + before.length));
    // The last event before the end was perhaps not stored as done.
    const overlap = before.filter((id) => after.includes(id));
    expect(overlap.length).toBeLessThanOrEqual(2);
    expect([...before, ...after.filter((id) => !overlap.includes(id))]).toEqual(log.slice(from));
  }, 60_000);
});

/** The pair as a tab sees it. Storage reaches the tabs' processes one after the other, a moment after it was written. */
function storedTokens(page: Page): Promise<Record<'accessToken' | 'refreshToken', string>> {
  return page.evaluate(() => JSON.parse(localStorage.getItem('tokens') ?? '{}') as never);
}

/** Makes the pair look expired, in all tabs. */
async function expire(tabs: readonly { readonly page: Page }[], tokens: object): Promise<void> {
  const stored = JSON.stringify({ ...tokens, renewsAt: Date.now() - 2, expiresAt: Date.now() - 1 });
  await tabs[0]?.page.evaluate((text) => localStorage.setItem('tokens', text), stored);
  await Promise.all(
    tabs.map(({ page }) => page.waitForFunction((text) => localStorage.getItem('tokens') === text, stored)),
  );
}

test('tabs that share their tokens are all renewed, as often as it takes, and none is taken for a thief', async () => {
  await using context = await browser.newContext();
  const person: SignedIn = await signedInUser(app.admin.client);
  const tabs = await Promise.all([openTab(context), openTab(context), openTab(context)]);
  const ask = async ({ page }: { page: Page }): Promise<string | null> =>
    page.evaluate(async (url) => {
      const { createClient, localStorageStore } = globalThis as unknown as SdkWindow;
      const client = createClient({ url, tokenStore: localStorageStore('tokens') });
      const [me] = await Promise.all([client.me(), client.me()]);
      return me?.id ?? null;
    }, app.url);

  let { accessToken, refreshToken }: { accessToken: string; refreshToken: string } = person;
  for (let round = 0; round < 3; round++) {
    await expire(tabs, { accessToken, refreshToken });
    expect(await Promise.all(tabs.map(ask))).toEqual(tabs.map(() => person.user.id));
    // A tab may see the old pair for a moment after another one renewed it. It then asks for the same exchange again, which
    // the server answers with a pair in place of the first: what is stored last is good, and so are all access tokens.
    const after = await waitFor(
      async () => {
        const seen = await Promise.all(tabs.map(({ page }) => storedTokens(page)));
        return new Set(seen.map((pair) => pair.refreshToken)).size === 1 && seen[0];
      },
      { describe: 'the tabs to see one pair' },
    );
    expect(after.refreshToken).not.toBe(refreshToken);
    expect(after.accessToken).not.toBe(accessToken);
    ({ accessToken, refreshToken } = after);
  }
  tabs.forEach((tab) => tab.check());
});
