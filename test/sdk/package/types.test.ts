import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSdkApplication, type SdkApplication } from '../../support/packed-sdk.ts';
import { runProgram } from '../../support/run-program.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** As far apart as applications are: the compiler before this one, and settings that bundlers and Node ask for. */
const COMPILERS = [
  ['TypeScript 7, for a bundler', 'typescript', { module: 'esnext', moduleResolution: 'bundler' }],
  ['TypeScript 6, for Node', 'typescript-6', { module: 'nodenext', moduleResolution: 'nodenext' }],
] as const;

const cleanup = new AsyncDisposableStack();
let application: SdkApplication;

beforeAll(async () => {
  application = cleanup.use(await createSdkApplication());
  await application.add('sdk/probes/types.ts');
  await writeFile(join(application.folder, 'package.json'), '{ "type": "module" }');
}, 120_000);

afterAll(() => cleanup.disposeAsync());

describe.for(COMPILERS)('%s', ([, compiler, options]) => {
  test('the published types accept what is right and refuse what is wrong', async () => {
    const project = join(application.folder, `tsconfig.${compiler}.json`);
    const compilerOptions = {
      ...options,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: [],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(project, JSON.stringify({ compilerOptions, include: ['sdk/probes/types.ts'] }));
    const tsc = join(ROOT, 'node_modules', compiler, 'bin/tsc');
    const output = await runProgram(process.execPath, [tsc, '-p', project]).catch((error: unknown) =>
      String((error as { stdout?: unknown }).stdout),
    );
    expect(output).toBe('');
  }, 120_000);
});
