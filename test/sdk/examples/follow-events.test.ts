import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD } from '../../support/factories.ts';
import { createSdkApplication, type SdkApplication } from '../../support/packed-sdk.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const KILLS = 4;

const cleanup = new AsyncDisposableStack();
let app: TestApp;
let application: SdkApplication;
let program: string;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
  application = cleanup.use(await createSdkApplication());
  program = await application.add('sdk/examples/follow-events.ts');
}, 120_000);

afterAll(() => cleanup.disposeAsync());

/** The example as a process of its own, with the lines it has written. */
class Follower implements AsyncDisposable {
  text = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(cursorFile: string) {
    this.#child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH,
        SIGNALBOX_URL: app.url,
        SIGNALBOX_EMAIL: app.admin.user.email,
        SIGNALBOX_PASSWORD: PASSWORD,
        CURSOR_FILE: cursorFile,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    this.#ended = once(this.#child, 'close');
  }

  /** The events it has told about, in its order. A line cut off in the middle does not count. */
  get ids(): string[] {
    return [...this.text.matchAll(/^([0-9a-f-]{36}) .*\n/gm)].map(([, id]) => id ?? '');
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    await this.#ended;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}

test('the example tells every event, killed in the middle as often as may be, and ends in order when asked', async () => {
  const cursorFile = join(application.folder, 'state/cursor.txt');
  const log = await readStoredLog(app.sql);
  const start = log.at(-1);
  await using first = new Follower(cursorFile);
  // It begins with the present, and nothing is promised before it has: its own sign-in is not told for sure.
  const changes = new ScriptedChanges(app.admin.client);
  await waitFor(
    async () => {
      await changes.create();
      return first.ids.length > 0;
    },
    { describe: 'the first event', timeoutMs: 30_000 },
  );
  const told = [...first.ids];
  const writes = new AbortController();
  const writing = (async () => {
    const alice = await changes.makeUsers();
    while (!writes.signal.aborted) await changes.rename(alice, 1);
  })();
  let follower = first;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const seen = follower.ids.length;
    const running = follower;
    await waitFor(() => running.ids.length > seen + 3, { describe: 'further events', timeoutMs: 30_000 });
    await running.end('SIGKILL');
    told.push(...running.ids);
    expect((await readStoredLog(app.sql)).map(({ cursor }) => cursor)).toContain(await readFile(cursorFile, 'utf8'));
    follower = new Follower(cursorFile);
  }
  await using last = follower;
  writes.abort();
  await writing;
  await waitFor(() => last.ids.includes(changes.lastEvent), { describe: 'the last event', timeoutMs: 30_000 });
  expect(await last.end('SIGTERM')).toBe(0);
  told.push(...last.ids);

  const recorded = (await readStoredLog(app.sql)).map(({ id }) => id);
  const from = recorded.indexOf(told[0] ?? '');
  expect(from).toBeGreaterThan(recorded.indexOf(start?.id ?? ''));
  // The programs' own sign-ins are events too; nothing else comes after the last change.
  expect(recorded.slice(from, recorded.indexOf(changes.lastEvent) + 1).filter((id) => !told.includes(id))).toEqual([]);
}, 180_000);
