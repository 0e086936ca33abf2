import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SDK = join(import.meta.dirname, '../sdk');
const COMPILER = join(import.meta.dirname, '../node_modules/typescript/bin/tsc');

/** Makes the package in a folder, as it would be published; `npm run build` in sdk/ makes the same in its own. */
export async function buildSdk(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'README.md', 'LICENSE']) await cp(join(SDK, file), join(folder, file));
  await run(process.execPath, [COMPILER, '-p', join(SDK, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')]);
}

/** The tarball of a package that was built, in its folder. */
export async function packSdk(folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts'], { cwd: folder });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { readonly filename: string }>);
  if (!packed) throw new Error(`npm pack answered ${stdout}`);
  return join(folder, packed.filename);
}
