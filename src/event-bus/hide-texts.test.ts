import { expect, test } from 'vitest';
import { hideTexts } from './hide-texts.ts';

test.for<[string, readonly string[], string]>([
  ['Cannot read ada@example.org', ['Ada', 'ada@example.org'], 'Cannot read [redacted]'],
  ['Adamant: Ada, "Ada" and Ada!', ['Ada'], 'Adamant: [redacted], "[redacted]" and [redacted]!'],
  ['Lovelace and Lovelaces', ['Lovelace'], '[redacted] and [redacted]s'],
  ['a (b) c', ['(b)'], 'a [redacted] c'],
  ['as it is', ['', ' ', 'nothing of it'], 'as it is'],
  ['Bo, José', ['José', 'Bo'], '[redacted], [redacted]'],
])('%j without %j is %j', ([text, hidden, shown]) => {
  expect(hideTexts(text, hidden)).toBe(shown);
});
