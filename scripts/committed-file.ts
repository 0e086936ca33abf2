import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 16 * 1024 * 1024;

/** A file as it stands in a commit (`HEAD`, a branch, a tag); null where it is not in there, or there is no such commit. */
export async function readCommittedFile(revision: string, path: string): Promise<string | null> {
  if (!(await isInCommit(revision, path))) return null;
  const { stdout } = await run('git', ['show', `${revision}:${path}`], { maxBuffer: MAX_BYTES });
  return stdout;
}

/** Throws when a revision that somebody asked for is not a commit. */
export async function assertCommit(revision: string): Promise<void> {
  const known = await succeeds(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  if (!known) throw new Error(`There is no commit ${revision} here: fetch it first, or name another with --base.`);
}

async function isInCommit(revision: string, path: string): Promise<boolean> {
  return succeeds(['cat-file', '-e', `${revision}:${path}`]);
}

// Git answers a question with no by its exit code; no git, or no repository, means that nothing is committed.
async function succeeds(args: readonly string[]): Promise<boolean> {
  return run('git', args).then(
    () => true,
    () => false,
  );
}
