import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFolderTransport } from '../../../src/modules/email/folder-transport.ts';
import { readMail } from '../../support/read-mail.ts';
import { NEVER, sampleMail } from './sample-mail.ts';

test('each mail is one file that only this user can read; a repeat replaces it, and the oldest make room', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'signalbox-mails-'));
  const folder = join(parent, 'mail');
  try {
    await using transport = openFolderTransport(folder, 3);
    await transport.send(sampleMail({ text: 'first try\n' }), NEVER);
    await transport.send(sampleMail({ text: 'second try\n' }), NEVER);

    const [name = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^\d{4}-\d\d-\d\dT.*Z-welcome-0123456789abcdef\.eml$/);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const { headers, text } = readMail(await readFile(join(folder, name), 'utf8'));
    expect(headers.get('to')).toEqual(['Ada Lovelace <ada@example.org>']);
    expect(text.trim()).toBe('second try');

    for (const id of ['a', 'b', 'c']) await transport.send(sampleMail({ messageId: `<${id}@example.com>` }), NEVER);
    const kept = (await readdir(folder)).map((file) => /-(\w+)\.eml$/.exec(file)?.[1]);
    expect(kept).toEqual(['a', 'b', 'c']);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
