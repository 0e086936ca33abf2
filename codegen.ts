/**
 * Generates what the SDK knows of the server: `node codegen.ts` turns schema/schema.graphql with the operations in
 * schema/operations into sdk/src/operations.generated.ts, and schema/events.json into sdk/src/events.generated.ts;
 * `--check` fails when they are out of date.
 *
 * The plugin is called through @graphql-codegen/core: its command line brings some 230 packages for the same file.
 */
import { glob, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse } from 'graphql';
import {
  findMissingOperations,
  findOperationFaults,
  joined,
  type OperationFile,
  printOperationMap,
} from './scripts/client-operations.ts';
import { loadConfig } from './src/config/config.ts';
import { type EventContract, printEventTypes } from './scripts/event-types.ts';
import { findExcessiveOperations } from './scripts/operation-excess.ts';
import { documentWithScalarEvents, schemaWithScalarEvents } from './scripts/events-as-scalar.ts';

const SCHEMA = join(import.meta.dirname, 'schema');
const OUTPUT = join(import.meta.dirname, 'sdk/src');

const CONFIG = {
  enumType: 'string-literal',
  useTypeImports: true,
  strictScalars: true,
  immutableTypes: true,
  inlineFragmentTypes: 'combine',
  scalars: {
    ID: 'string',
    DateTime: 'string',
    Cursor: 'string',
    SafeInt: 'number',
    JSON: 'unknown',
    DomainEvent: 'DomainEvent',
  },
};

const HEADER = `import type { DomainEvent } from './domain-event.ts';
import { typed } from './typed-document.ts';
`;

async function generateOperations(): Promise<string> {
  const sdl = await readFile(join(SCHEMA, 'schema.graphql'), 'utf8');
  const schema = buildSchema(sdl);
  const files = await readOperations();
  const faults = [
    ...findOperationFaults(schema, files),
    ...findExcessiveOperations(schema, joined(files), loadConfig({}).limits),
    ...findMissingOperations(schema, files).map((field) => `No file offers the ${field}.`),
  ];
  if (faults.length > 0)
    throw new Error(`What is in schema/operations is not what the SDK can offer:\n${faults.join('\n')}`);
  const types = await codegen({
    filename: 'operations.generated.ts',
    schema: schemaWithScalarEvents(parse(sdl)),
    documents: files.map(({ name, document }) => ({
      location: name,
      document: documentWithScalarEvents(schema, document),
    })),
    config: CONFIG,
    plugins: [{ typescriptOperations: {} }],
    pluginMap: { typescriptOperations },
  });
  return `${HEADER}\n${types}\n${printOperationMap(files)}`;
}

async function readOperations(): Promise<OperationFile[]> {
  const paths = (await Array.fromAsync(glob(join(SCHEMA, 'operations/{,fragments/}*.graphql')))).toSorted();
  return Promise.all(
    paths.map(async (path) => ({
      name: basename(path, '.graphql'),
      document: parse(await readFile(path, 'utf8'), { noLocation: true }),
    })),
  );
}

async function generateEvents(): Promise<string> {
  const contract = JSON.parse(await readFile(join(SCHEMA, 'events.json'), 'utf8')) as EventContract;
  return printEventTypes(contract);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const files = {
    'operations.generated.ts': await generateOperations(),
    'events.generated.ts': await generateEvents(),
  };
  for (const [name, wanted] of Object.entries(files)) {
    const path = join(OUTPUT, name);
    if (!values.check) await writeFile(path, wanted);
    else if ((await readFile(path, 'utf8')) !== wanted)
      throw new Error(`sdk/src/${name} is out of date: run \`npm run codegen\` and commit it.`);
  }
}

await main();
