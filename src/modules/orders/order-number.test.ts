import { expect, test } from 'vitest';
import { newOrderNumber, orderNumberPrefix } from './order-number.ts';

test('order numbers have one form and differ', () => {
  const numbers = Array.from({ length: 2_000 }, newOrderNumber);
  expect(new Set(numbers).size).toBe(2_000);
  for (const number of numbers) expect(number).toMatch(/^ORD-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
});

test.for([
  ['ORD-7K3M9-QXT4W', 'ORD-7K3M9-QXT4W'],
  [' ord 7k3m9 qxt4w ', 'ORD-7K3M9-QXT4W'],
  ['7k3m9qx', 'ORD-7K3M9-QX'],
  ['7k3', 'ORD-7K3'],
  ['oil', 'ORD-011'],
  ['', 'ORD-'],
] as const)('%s means numbers that begin with %s', ([typed, prefix]) => {
  expect(orderNumberPrefix(typed)).toBe(prefix);
});
