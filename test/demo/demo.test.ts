import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { QUICK_START } from '../support/start-like-npm.ts';
import { waitFor } from '../support/wait-for.ts';

const PROGRAM = join(import.meta.dirname, '../../demo/main.ts');

/** The demo as a process of its own, with a folder of its own for what it keeps outside the repository. */
async function startDemo() {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-demo-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, [PROGRAM, '--fast'], {
    env: { PATH: process.env.PATH, TMPDIR: folder, ...QUICK_START.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanup.defer(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = once(child, 'close');
  const owned = cleanup.move();
  return {
    child,
    printed: () => printed,
    /** What it left in its folder. */
    left: () => readdir(folder),
    exitCode: () => ended.then(() => child.exitCode),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test('the demo ends with a count in which nothing is lost or repeated, and leaves nothing behind', async () => {
  await using demo = await startDemo();
  expect(await demo.exitCode()).toBe(0);
  const [, changes, events, seen] =
    /(\d+) changes answered, (\d+) events in the log, (\d+) events seen/.exec(demo.printed()) ?? [];
  expect(Number(changes)).toBeGreaterThan(30);
  expect([events, seen]).toEqual([changes, changes]);
  expect(demo.printed()).toMatch(/0 lost, 0 repeated, all in order; 3 connections, 1 cut, 1 kill -9/);
  await waitFor(async () => (await demo.left()).length === 0, { describe: 'the folders to be gone' });
}, 180_000);

test('stopped in the middle it leaves neither a server nor a folder', async () => {
  await using demo = await startDemo();
  await waitFor(() => demo.printed().includes('live'), { describe: 'the subscriber to be live', timeoutMs: 60_000 });
  demo.child.kill('SIGINT');
  expect(await demo.exitCode()).toBe(130);
  expect(demo.printed()).toContain('Stopped.');
  await waitFor(async () => (await demo.left()).length === 0, { describe: 'the folders to be gone' });
}, 90_000);
