// How long after `npm start` the first query is answered, on an empty folder and on one that was used before.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PROJECT = join(import.meta.dirname, '..');
const COMPILE_CACHE = join(PROJECT, 'node_modules/.cache/node');
const POLL_MS = 5;
const GIVE_UP_MS = 60_000;
const TICK_MS = 10;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);

interface Start {
  /** Milliseconds since the command was given. */
  readonly nodeAt: number;
  readonly listeningAt: number;
  readonly answeredAt: number;
  /** Processor time of the program until then; NaN where the system does not tell. */
  readonly processorMs: number;
}

/** The first start after `npm ci`: no data, nothing compiled. Then with what was compiled, then with the data, too. */
const kinds = [
  { name: 'cold: no folder, nothing compiled', keepsFolder: false, keepsCompiled: false, aimMs: 5_000 },
  { name: 'new folder, compiled before', keepsFolder: false, keepsCompiled: true, aimMs: 5_000 },
  { name: 'warm: same folder', keepsFolder: true, keepsCompiled: true, aimMs: 1_500 },
] as const;

const folders: string[] = [];
console.log('| | first answer, median | best | node runs after | listening after | processor | aim | |');
console.log('|---|---:|---:|---:|---:|---:|---:|---|');
for (const { name, keepsFolder, keepsCompiled, aimMs } of kinds) {
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round++) {
    if (!keepsCompiled) await rm(COMPILE_CACHE, { recursive: true, force: true });
    const last = folders.at(-1);
    const folder = keepsFolder && last ? last : await mkdtemp(join(tmpdir(), 'signalbox-start-'));
    if (folder !== last) folders.push(folder);
    starts.push(await start(folder));
  }
  const of = (read: (start: Start) => number): number => median(starts.map(read));
  const answered = of((start) => start.answeredAt);
  const cells = [
    name,
    ms(answered),
    ms(Math.min(...starts.map((start) => start.answeredAt))),
    ms(of((start) => start.nodeAt)),
    ms(of((start) => start.listeningAt)),
    ms(of((start) => start.processorMs)),
    ms(aimMs),
    answered <= aimMs ? 'met' : 'not met',
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
for (const folder of folders) await rm(folder, { recursive: true, force: true });

async function start(folder: string): Promise<Start> {
  const port = await freePort();
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(SIGNALBOX_|npm_|NODE_|PORT$|DATABASE_URL$|REDIS_URL$)/.test(name),
  );
  const startedAt = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: { ...Object.fromEntries(environment), PORT: String(port), SIGNALBOX_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let listeningAt = Number.NaN;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      if (Number.isNaN(listeningAt) && output.includes('is listening')) listeningAt = performance.now() - startedAt;
    });
  }
  const ended = once(child, 'exit');
  try {
    let nodeAt = Number.NaN;
    let program: number | null = null;
    for (;;) {
      if (performance.now() - startedAt > GIVE_UP_MS || child.exitCode !== null)
        throw new Error(`No answer:\n${output}`);
      if (program === null) {
        program = await programUnder(child.pid ?? 0);
        if (program !== null) nodeAt = performance.now() - startedAt;
      }
      if (await answers(port)) break;
      await delay(POLL_MS);
    }
    const answeredAt = performance.now() - startedAt;
    return {
      nodeAt,
      listeningAt,
      answeredAt,
      processorMs: program === null ? Number.NaN : await processorMsOf(program),
    };
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
    await untilClosed(port);
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    return response.ok && (await response.text()).includes('Query');
  } catch {
    // Not yet.
    return false;
  }
}

async function untilClosed(port: number): Promise<void> {
  while (await answers(port)) await delay(POLL_MS);
}

/** The descendant that runs our program: npm is one, and so is the shell in between until it becomes it. */
async function programUnder(ancestor: number): Promise<number | null> {
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (!/node\0(?:.*\0)?src\/main\.ts/.test(command)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    if (group === ancestor) return Number(entry);
  }
  return null;
}

async function processorMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
