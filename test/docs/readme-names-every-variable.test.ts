import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VARIABLES } from '../../src/config/env.ts';

const README = join(import.meta.dirname, '../../README.md');
const ROW = /^\| `(?<name>[A-Z0-9_]+)` +\| (?:`(?<fallback>[^`]*)`)? *\| (?<meaning>.*?) +\|$/gm;

test('the README names every variable with its default and meaning, and no other', async () => {
  const rows = [...(await readFile(README, 'utf8')).matchAll(ROW)].map(({ groups }) => [
    groups?.['name'],
    { fallback: groups?.['fallback'] ?? '', meaning: groups?.['meaning'] },
  ]);
  const variables = Object.entries(VARIABLES).map(([name, { fallback, meaning }]) => [
    name,
    { fallback: String(fallback ?? ''), meaning },
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(variables));
});
