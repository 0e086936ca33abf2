import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { QUICK_START } from './start-like-npm.ts';

const PROGRAM = join(import.meta.dirname, '../../src/seed.ts');

interface SeedRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run seed`, to its end, with no variables but these and PATH. */
export async function runSeed(env: Readonly<Record<string, string>>): Promise<SeedRun> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env.PATH, ...QUICK_START.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 280_000,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

/** The password that was printed for one of the demo accounts. */
export function printedPassword(printed: string, email: string): string {
  const words = printed.split(/\s+/);
  const password = words.includes(email) ? words[words.indexOf(email) + 1] : undefined;
  if (password === undefined) throw new Error(`No password was printed for ${email}.`);
  return password;
}
