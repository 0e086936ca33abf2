import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

const TIME_LIMIT_MS = 600_000;

/** Runs a program to its end and returns what it printed, trimmed. Throws with its standard error when it fails or takes over ten minutes. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    timeout: TIME_LIMIT_MS,
    maxBuffer: 16 * 1024 * 1024,
    ...options,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', ...options.env },
  });
  return stdout.trim();
}
