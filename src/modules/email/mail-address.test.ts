import { describe, expect, test } from 'vitest';
import { EffectRefusedError } from '../../event-bus/define-handler.ts';
import { headerText, mailAddress, maskAddress, parseSender } from './mail-address.ts';

describe('mailAddress', () => {
  test.each(['ada@example.org', "o'neil+news_1@mail.example.co.uk", 'robot@localhost'])('takes %s', (address) => {
    expect(mailAddress(address, 'Ada')).toEqual({ name: 'Ada', address });
  });

  test.each([
    '',
    'ada',
    'ada@',
    'ada@example.org, eve@example.net',
    'ada@example.org\r\nBcc: eve@example.net',
    'ada@example.org\0',
    '"ada@example.org> <eve"@example.net',
    'Ada <ada@example.org>',
    'ada@[127.0.0.1]',
    'ada@example.org ',
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a'.repeat(250)}.org`,
  ])('refuses %j and does not repeat it', (address) => {
    expect(() => mailAddress(address)).toThrow(new EffectRefusedError('The mail address is malformed.'));
  });

  test.each(['Ada\r\nBcc: eve@example.net', 'Ada\nX: y', 'Ada\0', 'Ada\u0085', 'Ada\u2028', 'Ada\ud800'])(
    'refuses the name %j',
    (name) => {
      expect(() => mailAddress('ada@example.org', name)).toThrow(EffectRefusedError);
    },
  );
});

test('a header text with line breaks is refused, not repaired', () => {
  expect(headerText('Your order <1>, “first”', 'subject')).toBe('Your order <1>, “first”');
  expect(() => headerText('Your order\r\nBcc: eve@example.net', 'subject')).toThrow(
    new EffectRefusedError('The subject holds characters that no mail header may.'),
  );
});

test.each([
  ['robot@example.com', { name: null, address: 'robot@example.com' }],
  ['Signalbox <robot@example.com>', { name: 'Signalbox', address: 'robot@example.com' }],
  ['"Signal Box" <robot@example.com>', { name: 'Signal Box', address: 'robot@example.com' }],
])('reads the sender %s', (from, sender) => {
  expect(parseSender(from)).toEqual(sender);
});

test('a masked address keeps its first letter and its domain', () => {
  expect(maskAddress('ada.lovelace@example.org')).toBe('a•••@example.org');
});
