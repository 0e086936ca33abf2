import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCertificates, readIdentity } from './certificate-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-test-certificates-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const block = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

test.each([
  ['nothing', ''],
  ['a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n'],
  ['no certificate between the marks', block('bm90IGEgY2VydGlmaWNhdGU=')],
  ['bytes', '\u0000\uFFFD'],
])('a file that holds %s is refused by the name of the variable', async (_name, text) => {
  const file = join(folder, 'ca.pem');
  await writeFile(file, text);
  expect(() => readCertificates(file, 'SIGNALBOX_REDIS_CA_FILE')).toThrow(/^SIGNALBOX_REDIS_CA_FILE must name a file /);
});

test('so is a file that is not there, or a folder', () => {
  expect(() => readCertificates(join(folder, 'none'), 'SIGNALBOX_REDIS_CA_FILE')).toThrow('(ENOENT)');
  expect(() => readCertificates(folder, 'SIGNALBOX_REDIS_CA_FILE')).toThrow('(EISDIR)');
});

test('a key that a passphrase protects is refused by the name of its variable', async () => {
  const { certFile, keyFile } = { certFile: join(folder, 'node.pem'), keyFile: join(folder, 'node.key') };
  await writeFile(certFile, rootCertificates[0] ?? '');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const protection = { cipher: 'aes-256-cbc', passphrase: 'secret' };
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem', ...protection }));
  const read = () => readIdentity({ certFile, keyFile }, ['SIGNALBOX_REDIS_CERT_FILE', 'SIGNALBOX_REDIS_KEY_FILE']);
  expect(read).toThrow(/^SIGNALBOX_REDIS_KEY_FILE must name the file of a private key .*without a passphrase/);
});
