/**
 * Whether the SDK can be published: publint and are-the-types-wrong find nothing, and what an application downloads stays
 * small.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { rolldown } from 'rolldown';
import { buildSdk, packSdk } from './build-sdk.ts';

/** Of the whole package as an application's bundler leaves it, compressed; graphql-ws is counted apart. */
const MAX_BYTES = 15 * 1024;
/** The package is ESM alone, with `exports`: neither old resolution nor types for `require` are promised. */
const UNPROMISED: ReadonlySet<string> = new Set(['node10', 'node16-cjs']);

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-sdk-'));
  try {
    await buildSdk(folder);
    const tarball = await readFile(await packSdk(folder));
    const size = await bundledSize(join(folder, 'dist/index.js'));
    console.log(`${size} bytes bundled, minified and compressed.`);
    const faults = [...(await lint(folder)), ...(await findWrongTypes(tarball))];
    if (size > MAX_BYTES) faults.push(`That is more than ${MAX_BYTES}.`);
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lint(pkgDir: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir, pack: 'npm', strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

async function findWrongTypes(tarball: Buffer): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  if (!analysis.types) return ['are-the-types-wrong: there are none.'];
  return analysis.problems.filter(isPromised).map((problem) => `are-the-types-wrong: ${JSON.stringify(problem)}`);
}

function isPromised(problem: Problem): boolean {
  return !('resolutionKind' in problem && UNPROMISED.has(problem.resolutionKind));
}

async function bundledSize(input: string): Promise<number> {
  const bundle = await rolldown({ input, external: /^graphql-ws/ });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output.reduce((sum, part) => sum + (part.type === 'chunk' ? gzipSync(part.code).length : 0), 0);
}

await main();
