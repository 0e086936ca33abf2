import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { operations } from '../../../sdk/src/operations.generated.ts';
import type { DocumentText } from '../../../sdk/src/typed-document.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { operationCost } from '../../../src/graphql/operation-cost.ts';
import { findExcess, fragmentsOf } from '../../../src/graphql/operation-limits.ts';

const { limits } = loadConfig({});
const documents = Object.values(operations)
  .flatMap((ofOneKind) => Object.entries<DocumentText>(ofOneKind))
  .map(([name, document]) => [name, document.toString()] as const);
const schema = buildSchema(await readFile(join(import.meta.dirname, '../../../schema/schema.graphql'), 'utf8'));

test.for(documents)('%s keeps the server’s limits, with the largest page', ([, text]) => {
  const document = parse(text, { maxTokens: limits.maxTokens });
  expect(text.length).toBeLessThanOrEqual(limits.documentBytes);
  expect(findExcess(document, limits)).toEqual([]);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation comes first.');
  const variables = { first: 100 };
  const cost = operationCost({ schema, operation, fragments: fragmentsOf(document), variables });
  expect(cost).toBeLessThanOrEqual(limits.maxCost);
});
