/**
 * Prints the contracts that clients build on: schema/schema.graphql and schema/events.json.
 *
 *   node scripts/print-schema.ts            writes them
 *   node scripts/print-schema.ts --check    fails when the files differ from what the code prints
 *   --base <commit>                         what counts as published; HEAD unless told. With an explicit base a change
 *                                           of the GraphQL schema that breaks clients fails as well.
 *   --base none                             nothing is published yet
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  buildSchema as buildFromSdl,
  findBreakingChanges,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql';
import { eventCatalogue } from '../src/catalogue.ts';
import { buildSchema } from '../src/schema.ts';
import { assertCommit, readCommittedFile } from './committed-file.ts';
import { compareWithContract } from './contract-names.ts';
import { mergeEventContract, parseEventContract, printEventContract } from './event-contract.ts';
import { firstDifference } from './first-difference.ts';
import { findOddResults } from './result-unions.ts';

const ROOT = join(import.meta.dirname, '..');
const SCHEMA_FILE = 'schema/schema.graphql';
const EVENTS_FILE = 'schema/events.json';
const CONTRACT_FILE = 'schema/contract.graphql';

interface Report {
  readonly errors: string[];
  readonly notes: string[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, base: { type: 'string' } } });
  if (values.base !== undefined && values.base !== 'none') await assertCommit(values.base);
  const base = values.base ?? 'HEAD';
  const report: Report = { errors: [], notes: [] };

  const schema = lexicographicSortSchema(buildSchema());
  const sdl = `${printSchema(schema)}\n`;
  const published = await readCommittedFile(base, EVENTS_FILE);
  const merge = mergeEventContract(published === null ? {} : parseEventContract(published), eventCatalogue);
  report.errors.push(...merge.violations);

  await checkContract(report, sdl);
  report.errors.push(...findOddResults(schema));
  const publishedSdl = await readCommittedFile(base, SCHEMA_FILE);
  if (publishedSdl !== null)
    (values.base === undefined ? report.notes : report.errors).push(...findBreaks(publishedSdl, schema));

  const files = { [SCHEMA_FILE]: sdl, [EVENTS_FILE]: printEventContract(merge.contract) };
  if (values.check) report.errors.push(...(await findDrift(files)));
  else if (merge.violations.length === 0) await writeFiles(files);
  finish(report);
}

async function checkContract(report: Report, sdl: string): Promise<void> {
  const contract = await readFile(join(ROOT, CONTRACT_FILE), 'utf8');
  const comparison = compareWithContract(contract, sdl);
  report.errors.push(...comparison.incompatible);
  report.notes.push(`${CONTRACT_FILE}: ${comparison.implemented} names implemented, ${comparison.open.length} open.`);
}

function findBreaks(publishedSdl: string, schema: GraphQLSchema): string[] {
  return findBreakingChanges(buildFromSdl(publishedSdl), schema).map(
    (change) => `Breaks clients of the published schema: ${change.description}`,
  );
}

async function findDrift(files: Readonly<Record<string, string>>): Promise<string[]> {
  const drift: string[] = [];
  for (const [path, wanted] of Object.entries(files)) {
    const difference = firstDifference(await readOrEmpty(path), wanted);
    if (difference !== null)
      drift.push(`${path} is not what the code prints: run \`npm run schema:print\` and commit it.\n${difference}`);
  }
  return drift;
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

async function writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(ROOT, path, '..'), { recursive: true });
    await writeFile(join(ROOT, path), text);
  }
}

function finish({ errors, notes }: Report): void {
  for (const note of notes) console.log(note);
  for (const error of errors) console.error(error);
  process.exitCode = errors.length === 0 ? 0 : 1;
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
