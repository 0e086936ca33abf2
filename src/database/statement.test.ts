import { expect, it } from 'vitest';
import { parameterText } from './statement.ts';

it.for([
  [null, null],
  [undefined, null],
  ['', ''],
  ['it\'s "so" \\ {1}', 'it\'s "so" \\ {1}'],
  [0, '0'],
  [-1.5e300, '-1.5e+300'],
  [9007199254740993n, '9007199254740993'],
  [true, 'true'],
  [new Date('2026-11-26T12:00:00.001Z'), '2026-11-26T12:00:00.001Z'],
  [{ a: [1, null] }, '{"a":[1,null]}'],
  [[], '{}'],
  [['a', null, 'NULL', ''], '{"a",NULL,"NULL",""}'],
  [['"', '\\', ',', '{}'], '{"\\"","\\\\",",","{}"}'],
  [[1, 2.5, true], '{"1","2.5","true"}'],
  [
    [
      [1, 2],
      [3, 4],
    ],
    '{{"1","2"},{"3","4"}}',
  ],
  [[{ a: '"' }], '{"{\\"a\\":\\"\\\\\\"\\"}"}'],
  [[Buffer.from([0, 255])], '{"\\\\x00ff"}'],
] as const)('%o is sent as %o', ([value, text]) => {
  expect(parameterText(value)).toEqual(text);
});

it('sends bytes as bytes', () => {
  expect(parameterText(new Uint8Array([0, 255]))).toEqual(Buffer.from([0, 255]));
});
