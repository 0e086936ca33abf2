import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSigningKeyText, parseSigningKeys } from './signing-key.ts';

const SOURCE = 'SIGNALBOX_SIGNING_KEY';
const parse = (text: string): ReturnType<typeof parseSigningKeys> => parseSigningKeys(text, SOURCE);

describe('signing key text', () => {
  it('reads 32 bytes in either base64 alphabet as the same key', () => {
    const seed = randomBytes(32);
    const kids = [seed.toString('base64'), seed.toString('base64url'), ` ${seed.toString('base64')}\n`].map(
      (text) => parse(text).signing.kid,
    );
    expect(new Set(kids).size).toBe(1);
  });

  it('reads a generated key, whose halves fit and whose public form holds no secret', () => {
    const { signing } = parse(generateSigningKeyText());
    const data = Buffer.from('signalbox');
    expect(verify(null, data, signing.publicKey, sign(null, data, signing.privateKey))).toBe(true);
    expect(signing.publicJwk).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as unknown,
      kid: signing.kid,
      alg: 'EdDSA',
      use: 'sig',
    });
  });

  it('names a key by its RFC 7638 thumbprint', () => {
    // The key and the thumbprint of RFC 8037, appendix A.1 and A.3.
    const { signing } = parse('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A');
    expect(signing.publicJwk.x).toBe('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
    expect(signing.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('reads a PKCS #8 PEM, also with escaped line breaks', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(parse(pem).signing.kid).toBe(parse(pem.replaceAll('\n', '\\n')).signing.kid);
  });

  it('takes the first key for signing and all of them, each once, for verifying', () => {
    const [current, older] = [generateSigningKeyText(), generateSigningKeyText()];
    const { publicKey } = generateKeyPairSync('ed25519');
    const retired = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const { signing, verifying } = parse(`${current}, ${older},${retired},${current}`);
    expect(verifying.map((key) => key.kid)).toEqual([
      parse(current).signing.kid,
      parse(older).signing.kid,
      expect.any(String),
    ]);
    expect(signing.kid).toBe(parse(current).signing.kid);
    expect(verifying.every((key) => !('privateKey' in key))).toBe(true);
    expect(verifying[2]?.publicKey.equals(createPublicKey(retired))).toBe(true);
  });
});

describe('unusable signing keys', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  it.each([
    ['nothing', ''],
    ['a short key', randomBytes(31).toString('base64')],
    ['a long key', randomBytes(33).toString('base64')],
    ['hexadecimal digits', randomBytes(32).toString('hex')],
    ['another alphabet', `!${randomBytes(32).toString('base64')}`],
    ['one byte repeated', Buffer.alloc(32, 0x5a).toString('base64')],
    ['a short pattern repeated', Buffer.alloc(32, randomBytes(8)).toString('base64')],
    ['a count', Buffer.from(Array.from({ length: 32 }, (_, index) => 7 * index)).toString('base64')],
    ['readable text', Buffer.from('please-change-this-key-some-day!').toString('base64')],
    ['an RSA key', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    ['a broken PEM', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
    ['an empty second key', `${generateSigningKeyText()},`],
    [
      'a public key for signing',
      generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    ],
    ['a list without end', Array.from({ length: 17 }, generateSigningKeyText).join(',')],
  ])('%s is refused by a sentence that names the variable and quotes nothing', (_case, text) => {
    const attempt = (): unknown => parse(text);
    expect(attempt).toThrow(SOURCE);
    expect(attempt).not.toThrow(text === '' ? 'undefined' : text.slice(0, 20));
  });
});
