import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const LINES = 50;

const text = await readFile(join(ROOT, 'docs/security.md'), 'utf8');
/** The first table: line, what, tests, code. */
const rows = text
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => /^S\d+$/.test(cells[1] ?? ''))
  .map(([, line = '', , tests = '', code = '']) => ({ line, tests, code }));

test('every line of the requirements is in the table, once and in order', () => {
  expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: LINES }, (_, index) => `S${index + 1}`));
});

test('every line names a test and the code it tests, or says that both are to come', () => {
  const bare = rows.filter(
    ({ tests, code }) => tests !== 'to come' && !(/`.+\.test\.ts`/.test(tests) && /`.+`/.test(code)),
  );
  expect(bare).toEqual([]);
  expect(rows.filter(({ tests, code }) => (tests === 'to come') !== (code === 'to come'))).toEqual([]);
});

test('every file that the document names is there', async () => {
  const named = [...text.matchAll(/`([\w./-]+\/[\w./-]+\.(?:ts|sql|json|md))`/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(100);
  const missing: string[] = [];
  for (const path of new Set(named)) {
    await access(join(ROOT, path)).catch(() => missing.push(path));
  }
  expect(missing).toEqual([]);
});
