import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withSecretFiles } from './secret-files.ts';

const folder = mkdtempDisposableSync(join(tmpdir(), 'signalbox-secrets-'));
afterAll(() => folder.remove());

function fileOf(content: string | Uint8Array): string {
  const file = join(folder.path, crypto.randomUUID());
  writeFileSync(file, content);
  return file;
}

test('a secret in a file is as one in the environment, without the line break at its end', () => {
  const env = withSecretFiles({
    PORT: '4000',
    SIGNALBOX_MASTER_KEY_FILE: fileOf('key\n'),
    SIGNALBOX_BOOTSTRAP_PASSWORD_FILE: fileOf(' blanks count \r\n'),
    DATABASE_URL_FILE: ' ',
  });
  expect(env).toEqual({
    PORT: '4000',
    SIGNALBOX_MASTER_KEY: 'key',
    SIGNALBOX_BOOTSTRAP_PASSWORD: ' blanks count ',
  });
});

test('what is no secret is read from no file', () => {
  const env = { LOG_LEVEL_FILE: fileOf('debug') };
  expect(withSecretFiles(env)).toEqual(env);
});

describe('a sentence that names the variable and not the file tells of', () => {
  test.for<[string, string, string]>([
    ['one that is not there', join(folder.path, 'nowhere'), 'names a file that cannot be read (ENOENT)'],
    ['a folder', folder.path, 'names a file that cannot be read (EISDIR)'],
    ['a name that no file can have', 'a\0b', 'names a file that cannot be read (ERR_INVALID_ARG_VALUE)'],
    ['an empty one', fileOf('\n'), 'names an empty file'],
    ['one that is too large', fileOf(Buffer.alloc(65_537, 'x')), 'names a file that is larger than a secret can be'],
  ])('%s', ([, file, problem]) => {
    expect(() => withSecretFiles({ REDIS_URL_FILE: file })).toThrow(`REDIS_URL_FILE ${problem}.`);
  });

  test('one beside the same secret in the environment, all of them at once', () => {
    const env = { SMTP_URL: 'smtp://x', SMTP_URL_FILE: fileOf('smtp://y'), REDIS_URL_FILE: '/nowhere/at/all' };
    expect(() => withSecretFiles(env)).toThrow(
      'REDIS_URL_FILE names a file that cannot be read (ENOENT).\nSMTP_URL_FILE stands beside SMTP_URL: give one of them.',
    );
  });
});
