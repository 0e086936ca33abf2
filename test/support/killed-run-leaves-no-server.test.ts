import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from './wait-for.ts';

const STARTS_SERVERS = `
  import { startPostgres } from ${JSON.stringify(new URL('postgres-server.ts', import.meta.url).href)};
  import { startRedis } from ${JSON.stringify(new URL('redis-server.ts', import.meta.url).href)};
  const urls = [(await startPostgres()).url, (await startRedis()).url];
  process.stdout.write(JSON.stringify(urls) + '\\n');
  process.stdin.resume();
`;

test('servers end and their directories vanish when the process that started them is killed', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'signalbox-killed-run-'));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  // The servers run under accounts of their own and must be able to reach their directories in it.
  await chmod(temporary, 0o755);
  const run = spawn(process.execPath, ['--input-type=module', '--eval', STARTS_SERVERS], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => void run.kill('SIGKILL'));
  const [line] = (await once(createInterface(run.stdout), 'line')) as [string];
  const urls = JSON.parse(line) as string[];
  expect(await Promise.all(urls.map(isListening))).toEqual([true, true]);

  process.kill(-(run.pid as number), 'SIGKILL');

  await waitFor(async () => !(await Promise.all(urls.map(isListening))).includes(true), {
    describe: 'the end of both servers',
  });
  await waitFor(async () => (await readdir(temporary)).length === 0, { describe: 'the removal of their directories' });
});

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
