import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExampleOperation } from './graphiql.ts';

const OPERATIONS = join(import.meta.dirname, '../../schema/operations');

/** An operation to begin with. */
export interface Example {
  /** Of the file in schema/operations. */
  readonly name: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Whether somebody has to be signed in: then the tab has a place for the token. */
  readonly isSignedIn: boolean;
}

const HEADERS = JSON.stringify({ Authorization: 'Bearer (the accessToken that Login answers)' }, null, 2);

/** Operations of schema/operations, each with the fragments it spreads, as they stand there. */
export async function readExampleOperations(examples: readonly Example[]): Promise<ExampleOperation[]> {
  return Promise.all(
    examples.map(async ({ name, variables, isSignedIn }) => ({
      name,
      query: await readWithFragments(`${name}.graphql`, new Set()),
      ...(variables && { variables: JSON.stringify(variables, null, 2) }),
      ...(isSignedIn && { headers: HEADERS }),
    })),
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
