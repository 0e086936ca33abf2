/**
 * Generates what the SDK knows of the server: `node codegen.ts` turns schema/schema.graphql and the operations in
 * schema/operations into sdk/src/operations.generated.ts; `--check` fails when that file is out of date.
 *
 * The plugins are called through @graphql-codegen/core: its command line brings some 230 packages for the same file.
 */
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { Kind, parse, type DocumentNode } from 'graphql';

const SCHEMA_FILE = join(import.meta.dirname, 'schema/schema.graphql');
const OPERATIONS = join(import.meta.dirname, 'schema/operations/*.graphql');
const OUTPUT_FILE = join(import.meta.dirname, 'sdk/src/operations.generated.ts');

const CONFIG = {
  documentMode: 'string',
  enumType: 'string-literal',
  useTypeImports: true,
  strictScalars: true,
  immutableTypes: true,
  scalars: {
    ID: 'string',
    DateTime: 'string',
    Cursor: 'string',
    SafeInt: 'number',
    JSON: 'unknown',
  },
};

interface Source {
  readonly location: string;
  readonly document: DocumentNode;
}

/** The generated file as it should stand, or null while there are no operations. */
async function generate(): Promise<string | null> {
  const documents = await readOperations();
  if (documents.length === 0) return null;
  return codegen({
    filename: OUTPUT_FILE,
    schema: parse(await readFile(SCHEMA_FILE, 'utf8')),
    documents,
    config: CONFIG,
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }, { operationMap: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode, operationMap: { plugin: printOperationMap } },
  });
}

async function readOperations(): Promise<Source[]> {
  const paths = (await Array.fromAsync(glob(OPERATIONS))).toSorted();
  return Promise.all(paths.map(async (location) => ({ location, document: parse(await readFile(location, 'utf8')) })));
}

/** `operations.query.users`, `operations.mutation.createUser` …: what the client offers, by kind and name. */
function printOperationMap(_schema: unknown, sources: readonly { readonly document?: DocumentNode }[]): string {
  const byKind: Record<'query' | 'mutation' | 'subscription', string[]> = { query: [], mutation: [], subscription: [] };
  for (const definition of sources.flatMap(({ document }) => document?.definitions ?? [])) {
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.name)
      byKind[definition.operation].push(definition.name.value);
  }
  const entries = Object.entries(byKind).map(([kind, names]) => {
    const members = names.map((name) => `    ${toCamelCase(name)}: ${toPascalCase(name)}Document,`);
    return `  ${kind}: {\n${members.join('\n')}\n  },`;
  });
  return `export const operations = {\n${entries.join('\n')}\n} as const;\n`;
}

function toPascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function toCamelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const generated = await generate();
  if (generated === null) return console.log('schema/operations is empty: there is nothing to generate.');
  if (!values.check) {
    await mkdir(dirname(OUTPUT_FILE), { recursive: true });
    return writeFile(OUTPUT_FILE, generated);
  }
  if ((await readFile(OUTPUT_FILE, 'utf8')) !== generated) {
    throw new Error('sdk/src/operations.generated.ts is out of date: run `npm run codegen` and commit it.');
  }
}

await main();
