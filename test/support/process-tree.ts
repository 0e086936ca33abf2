import { readFile } from 'node:fs/promises';
import { waitFor } from './wait-for.ts';

/** SIGKILL to a process and its direct children; resolves when none of them runs any more. */
export async function killProcessTree(pid: number): Promise<void> {
  const all = [pid, ...(await childrenOf(pid))];
  // The parent first: it would answer the death of a child with a clean-up that a power cut does not grant.
  for (const each of all) killIfRunning(each);
  await waitFor(async () => (await Promise.all(all.map(isRunning))).every((running) => !running), {
    describe: `the end of the killed processes ${all.join(', ')}`,
  });
}

/** False as well for a zombie: what has died but was not yet reaped holds neither memory nor ports. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
  const status = await readIfPresent(`/proc/${pid}/status`);
  return !/^State:\s+[ZX]/m.test(status);
}

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Empty where the system has no /proc: there the children of a dead PostgreSQL end by themselves, a moment later. */
async function childrenOf(pid: number): Promise<number[]> {
  const list = await readIfPresent(`/proc/${pid}/task/${pid}/children`);
  return list.split(' ').filter(Boolean).map(Number);
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
