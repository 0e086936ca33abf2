import { describe, expect, test } from 'vitest';
import {
  isEmail,
  isMailSender,
  isUrl,
  parseAddressRange,
  parseOrigin,
  parsePublicUrl,
  wholeNumber,
} from './variable.ts';

test.each(['', '-1', '1.5', '1e3', '0x10', ' 7', '11', 'NaN', '9'.repeat(400)])(
  '%j is no whole number from 0 to 10',
  (text) => {
    expect(wholeNumber(0, 10, 5, 'x').parse(text)).toBeUndefined();
  },
);

test.each([
  '*',
  'https://*.example.com',
  'null',
  'https://a.example/path',
  'https://u:p@a.example',
  'ftp://a.example',
  'a.example',
])('%s is no origin', (text) => {
  expect(parseOrigin(text)).toBeUndefined();
});

test('an origin loses its slash, its capitals and the port that goes without saying', () => {
  expect(parseOrigin('HTTPS://App.Example.com:443/')).toBe('https://app.example.com');
});

test.each([
  'https://a.example/?q',
  'https://a.example/#x',
  'https://user@a.example',
  'javascript:alert(1)',
  '/graphql',
])('%s is no public URL', (text) => {
  expect(parsePublicUrl(text)).toBeUndefined();
});

describe('trusted proxies', () => {
  test.each(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])('%s is an address or a range', (text) => {
    expect(parseAddressRange(text)).toBe(text);
  });
  test.each(['0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'proxy', '10.0.0'])(
    '%s is refused',
    (text) => {
      expect(parseAddressRange(text)).toBeUndefined();
    },
  );
});

test.each(['a@b.example', 'Signalbox <a@b.example>'])('%s may send mail', (text) => {
  expect(isMailSender(text)).toBe(true);
});

test.each([
  'a@b.example\r\nBcc: c@d.example',
  'X\n<a@b.example>',
  'a@b.example, c@d.example',
  'X <a@b.example> <c@d.example>',
  'nobody',
])('%j may not', (text) => {
  expect(isMailSender(text)).toBe(false);
});

test('an address has one @ and no blank', () => {
  expect(['a@b', 'a@@b', 'a b@c', '@b', `${'a'.repeat(255)}@b`].map(isEmail)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('a URL with a control character or without a host is refused', () => {
  expect(['redis://h', 'redis:///0', 'redis://h\n', 'redis:h'].map((text) => isUrl(text, ['redis:']))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
