import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { createUser } from '../support/factories.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

/** Tall, because the editors only draw the lines in view. */
const WINDOW = { width: 1400, height: 1600 };

/** GraphiQL in a window of its own, with all it asked for and all that went wrong in it. */
class GraphiqlWindow {
  readonly page: Page;
  readonly requested: string[] = [];
  readonly failures: string[] = [];
  readonly sockets: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => void this.requested.push(request.url()));
    page.on('websocket', (socket) => void this.sockets.push(socket.url()));
    page.on('pageerror', (error) => void this.failures.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.failures.push(message.text());
    });
  }

  async showTab(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
    await this.page.getByRole('tab', { name, selected: true }).waitFor();
  }

  async writeHeaders(headers: Readonly<Record<string, string>>): Promise<void> {
    await this.page.getByRole('button', { name: 'Headers', exact: true }).click();
    await this.page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.insertText(JSON.stringify(headers));
  }

  async execute(): Promise<void> {
    await this.page.getByRole('button', { name: /^Execute query/ }).click();
  }

  async untilShown(text: string, timeout = 10_000): Promise<void> {
    await this.page.locator('.result-window').getByText(text).first().waitFor({ timeout });
  }

  /** What it asked of anybody but the server it came from. */
  get requestedElsewhere(): string[] {
    const { origin } = new URL(this.page.url());
    return this.requested.filter((url) => !/^(?:data|blob):/.test(url) && new URL(url).origin !== origin);
  }
}

const cleanup = new AsyncDisposableStack();
let app: TestApp;
let graphiql: GraphiqlWindow;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
  const browser = cleanup.use(await launchChromium());
  graphiql = new GraphiqlWindow(await browser.newPage({ viewport: WINDOW }));
  await graphiql.page.goto(app.url);
}, 120_000);

afterAll(() => cleanup.disposeAsync());

test('runs its examples with the headers of the editor, follows events over WebSocket, and loads nothing from elsewhere', async () => {
  const { page } = graphiql;
  const authorization = { Authorization: `Bearer ${app.admin.accessToken}` };
  await page.getByRole('tab', { name: 'Users' }).waitFor();
  const titles = await page.getByRole('tab').locator('[title]').allTextContents();
  expect(titles).toEqual(['Login', 'CreateUser', 'DomainEvents', 'Users']);

  await page.locator('.graphiql-editor-tool').getByText('ada@example.com').waitFor();

  await graphiql.showTab('Users');
  await graphiql.writeHeaders(authorization);
  await graphiql.execute();
  await graphiql.untilShown(app.admin.user.email);

  await graphiql.showTab('DomainEvents');
  await graphiql.writeHeaders(authorization);
  await graphiql.execute();
  // Nothing tells when the stream has begun, and it begins with the present: a change before that is not shown.
  const showsChange = async (): Promise<true> => {
    const user = await createUser(app.admin.client);
    await graphiql.untilShown(user.id, 1000);
    return true;
  };
  await waitFor(showsChange, { describe: 'a change to be shown', timeoutMs: 15_000 });

  expect(graphiql.sockets).toEqual([app.url.replace('http', 'ws')]);
  expect(graphiql.requestedElsewhere).toEqual([]);
  expect(graphiql.failures).toEqual([]);
});
