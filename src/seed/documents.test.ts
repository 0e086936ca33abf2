import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { buildSchema } from '../schema.ts';
import * as documents from './documents.ts';

test('the schema allows everything that the people of the demo data ask', () => {
  const schema = buildSchema();
  const faults = Object.values(documents).flatMap((text) => validate(schema, parse(text)));
  expect(faults).toEqual([]);
});
