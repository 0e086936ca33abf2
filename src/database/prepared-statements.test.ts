import { expect, it } from 'vitest';
import { PreparedStatements } from './prepared-statements.ts';

it('keeps a text from its second use on, on any connection of the pool', () => {
  const seen = new Set<string>();
  const [one, other] = [new PreparedStatements(seen), new PreparedStatements(seen)];
  expect(one.take('select 1').name).toBe('');
  const kept = other.take('select 1');
  expect(kept.name).not.toBe('');
  expect(other.take('select 1')).toBe(kept);
  expect(one.take('select 1').name).not.toBe('');
});

it('never keeps what controls the transaction', () => {
  const statements = new PreparedStatements(new Set());
  const texts = ['begin', 'commit', 'rollback', 'rollback to savepoint a', 'savepoint a', 'release savepoint a'];
  for (const text of [...texts, ...texts]) expect(statements.take(text)).toMatchObject({ name: '' });
});

it('keeps 150, and has the one unused for longest closed', () => {
  const texts = Array.from({ length: 151 }, (_, index) => `select ${index}`);
  const statements = new PreparedStatements(new Set(texts));
  const names = texts.slice(0, 150).map((text) => statements.take(text).name);
  statements.take('select 0');
  expect(statements.takeDiscarded()).toEqual([]);
  statements.take('select 150');
  expect(statements.takeDiscarded()).toEqual([names[1]]);
  expect(statements.takeDiscarded()).toEqual([]);
});

it('has one that is discarded closed, and prepared anew under another name', () => {
  const statements = new PreparedStatements(new Set(['select 1']));
  const { name } = statements.take('select 1');
  statements.discard('select 1');
  statements.discard('select 1');
  expect(statements.takeDiscarded()).toEqual([name]);
  expect(statements.take('select 1').name).not.toBe(name);
});

it('remembers a bounded number of texts', () => {
  const seen = new Set<string>();
  const statements = new PreparedStatements(seen);
  for (let index = 0; index < 10_000; index++) statements.take(`select ${index}`);
  expect(seen.size).toBeLessThanOrEqual(2_000);
});
