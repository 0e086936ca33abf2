import { expect, test } from 'vitest';
import { facts, greeting } from './mail-content.ts';

test.each(['Ada', 'J. R.', 'Anne-Marie', 'O’Neil', '明', 'أحمد'])('%s is greeted by name', (name) => {
  expect(greeting(name)).toEqual({ type: 'paragraph', text: `Hello ${name},` });
});

test.each(['https://evil.example', 'evil.example/win', 'Win at evil.example', 'a@b', 'x'.repeat(41)])(
  '%s is greeted without the name, which a mail program might make a link of',
  (name) => {
    expect(greeting(name)).toEqual({ type: 'paragraph', text: 'Hello,' });
  },
);

test('a fact without a value is left out', () => {
  expect(facts({ Paid: 'today', Transaction: null })).toEqual({
    type: 'facts',
    rows: [{ label: 'Paid', value: 'today' }],
  });
});
