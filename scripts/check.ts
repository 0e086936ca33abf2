/** `npm run check`: every check in turn; all of them run, and one that fails makes the whole fail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const CHECKS = [
  'format:check',
  'lint',
  'types',
  'types:bench',
  'deps',
  'knip',
  'schema:check',
  'migrations:check',
  'codegen:check',
  'sdk:check',
] as const;

async function runScript(name: string): Promise<boolean> {
  const child = spawn('npm', ['run', '--silent', name], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

const failed: string[] = [];
for (const name of CHECKS) {
  const started = performance.now();
  console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
  const passed = await runScript(name);
  if (!passed) failed.push(name);
  console.log(`${passed ? 'passed' : 'FAILED'} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
