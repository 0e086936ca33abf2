import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExampleOperation } from './graphiql.ts';

const OPERATIONS = join(import.meta.dirname, '../../schema/operations');

/** Operations of schema/operations, each with the fragments it spreads, as they stand there. */
export async function readExampleOperations(names: readonly string[]): Promise<ExampleOperation[]> {
  return Promise.all(
    names.map(async (name) => ({ name, query: await readWithFragments(`${name}.graphql`, new Set()) })),
  );
}

async function readWithFragments(file: string, read: Set<string>): Promise<string> {
  const texts = [await readFile(join(OPERATIONS, file), 'utf8')];
  for (const [, name] of texts[0]?.matchAll(/\.\.\.([A-Z]\w*)/g) ?? []) {
    if (name === undefined || read.has(name)) continue;
    read.add(name);
    texts.push(await readWithFragments(`fragments/${name}.graphql`, read));
  }
  return texts.join('\n');
}
