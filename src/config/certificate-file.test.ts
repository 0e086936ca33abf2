import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCertificates } from './certificate-file.ts';

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
