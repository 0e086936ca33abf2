import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { ERROR_CODES, REQUEST_ERROR_CODES } from '../../src/errors.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import { argumentPlaces, literalOperationOf, operationWith } from '../support/schema-walk.ts';
import { countEvents } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

const PUBLISHED: readonly string[] = [...ERROR_CODES, ...REQUEST_ERROR_CODES];
const TEXTS = ['String', 'ID', 'DateTime', 'Cursor', 'JSON'];
const UNSTORABLE = [
  { name: 'a NUL byte', text: 'a\0b' },
  { name: 'half a surrogate pair', text: 'a\ud83db' },
];

/** The codes of top-level errors, or else the members of unions that were answered. */
function outcomesOf({ data, errors = [] }: ShownResult): (string | undefined)[] {
  if (errors.length > 0) return errors.map(({ extensions }) => extensions.code);
  return Object.values(data ?? {}).map((value) => (value as { __typename?: string } | null)?.__typename);
}

function isRefusal(outcome: string | undefined): boolean {
  return outcome !== undefined && (PUBLISHED.includes(outcome) || outcome.endsWith('Error'));
}

const places = argumentPlaces(buildSchema(), TEXTS).map((place) => ({
  ...place,
  name: `${place.root.kind} ${place.root.field.name}(${place.path.join('.')})`,
}));

let app: TestApp;
let events: number;
beforeAll(async () => {
  app = await startTestApp();
  events = await countEvents(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

describe.for(UNSTORABLE)('$name', ({ text }) => {
  test.for(places)('is refused in the $name, as a variable and in the document', async (place) => {
    const inVariables = operationWith(place, text);
    const inDocument = literalOperationOf(place.root, { ...inVariables.variables });
    for (const { query, variables } of [inVariables, inDocument]) {
      const { status, result } = await app.admin.client.send(query, variables);
      expect(status).toBeLessThan(500);
      expect(outcomesOf(result)).not.toEqual([]);
      expect(outcomesOf(result).filter((outcome) => !isRefusal(outcome))).toEqual([]);
    }
    expect(await countEvents(app.sql)).toBe(events);
  });
});
