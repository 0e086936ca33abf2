import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Problem } from './check-environment.ts';
import { ConfigError } from './config.ts';
import type { VariableName } from './env.ts';

/** What may stand in a file, as Docker and Kubernetes hand out secrets: the file is named by the same name with `_FILE`. */
const SECRET_VARIABLES = [
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'REDIS_URL',
  'SMTP_URL',
  'SIGNALBOX_MASTER_KEY',
  'SIGNALBOX_SIGNING_KEY',
  'SIGNALBOX_BOOTSTRAP_PASSWORD',
  'SIGNALBOX_METRICS_TOKEN',
] as const satisfies readonly VariableName[];

const MAX_FILE_BYTES = 64 * 1024;

/**
 * The environment with what stands in files put in place of their names.
 * @throws ConfigError for a file that cannot be read, is empty or too large, or names what the environment has already.
 */
export function withSecretFiles(source: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const env = { ...source };
  const problems: Problem[] = [];
  for (const name of SECRET_VARIABLES) {
    const fileName = `${name}_FILE`;
    const file = env[fileName]?.trim();
    delete env[fileName];
    if (!file) continue;
    const given = env[name]?.trim() ? { problem: `stands beside ${name}: give one of them` } : readSecret(file);
    if ('problem' in given) problems.push({ variables: [fileName], sentence: `${fileName} ${given.problem}.` });
    else env[name] = given.text;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return env;
}

/** Never with the path, which may be a secret put there by mistake. */
function readSecret(file: string): { readonly text: string } | { readonly problem: string } {
  try {
    const handle = openSync(file, 'r');
    try {
      if (fstatSync(handle).size > MAX_FILE_BYTES)
        return { problem: 'names a file that is larger than a secret can be' };
      // The line break that editors put at the end belongs to no secret.
      const text = readFileSync(handle, 'utf8').replace(/\r?\n$/, '');
      return text.trim() === '' ? { problem: 'names an empty file' } : { text };
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { problem: `names a file that cannot be read${code}` };
  }
}
