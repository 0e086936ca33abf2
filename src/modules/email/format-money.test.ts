import { expect, test } from 'vitest';
import { formatMoney } from './format-money.ts';

test.each([
  [0, 'EUR', '€0.00'],
  [5, 'EUR', '€0.05'],
  [123_456, 'EUR', '€1,234.56'],
  [-250, 'USD', '-$2.50'],
  [1500, 'JPY', '¥1,500'],
  [1234, 'KWD', 'KWD 1.234'],
  [100, 'HUF', 'HUF 1.00'],
  [100, 'AFN', 'AFN 1.00'],
  [Number.MAX_SAFE_INTEGER, 'EUR', '€90,071,992,547,409.91'],
  [99_999_999_999_999_999_999n, 'EUR', '€999,999,999,999,999,999.99'],
])('%s minor units of %s are %s', (amount, currency, text) => {
  expect(formatMoney({ amount, currency }).replaceAll('\u00a0', ' ')).toBe(text);
});
