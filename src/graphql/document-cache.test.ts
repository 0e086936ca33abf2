import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { DocumentCache } from './document-cache.ts';

const document = parse('{ a }');

test('gives back the document that was added for a text', () => {
  const cache = new DocumentCache(10);
  expect(cache.get('{ a }')).toBeUndefined();
  cache.add('{ a }', document);
  expect(cache.get('{ a }')).toBe(document);
});

test('never holds more characters than it may, and forgets the least recently used first', () => {
  const cache = new DocumentCache(10);
  cache.add('aaaa', document);
  cache.add('bbbb', document);
  cache.get('aaaa');
  cache.add('cccc', document);
  expect(cache.characters).toBe(8);
  expect([cache.get('aaaa'), cache.get('bbbb'), cache.get('cccc')]).toEqual([document, undefined, document]);
});

test('takes no text that is larger than all of it, and none twice', () => {
  const cache = new DocumentCache(10);
  cache.add('a'.repeat(11), document);
  cache.add('bbbb', document);
  cache.add('bbbb', document);
  expect(cache.characters).toBe(4);
});
