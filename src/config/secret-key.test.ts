import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseRandomKey, parseSigningKey } from './secret-key.ts';

const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();

test('base64 and base64url of 32 random bytes are keys', () => {
  const bytes = randomBytes(32);
  expect(parseRandomKey(bytes.toString('base64'))).toBe(bytes.toString('base64'));
  expect(parseRandomKey(bytes.toString('base64url'))).toBe(bytes.toString('base64url'));
});

test.each<[string, string]>([
  ['31 bytes', randomBytes(31).toString('base64')],
  ['33 bytes', randomBytes(33).toString('base64')],
  ['32 bytes in hexadecimal', randomBytes(32).toString('hex')],
  ['a placeholder of one letter', `${'A'.repeat(43)}=`],
  ['a placeholder of a repeated word', Buffer.from('changemechangemechangemechangeme').toString('base64')],
  ['a sentence', 'correct horse battery staple, more than once'],
  ['a public key', PEM.replaceAll('PRIVATE', 'PUBLIC')],
])('%s is refused', (_case, text) => {
  expect(parseSigningKey(text)).toBeUndefined();
});

test('a PEM private key may have its line breaks written out', () => {
  expect(parseSigningKey(PEM)).toBe(PEM);
  expect(parseSigningKey(PEM.replaceAll('\n', String.raw`\n`))).toBe(PEM);
});
