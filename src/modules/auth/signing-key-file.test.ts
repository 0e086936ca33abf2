import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrCreateSigningKey } from './signing-key-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-key-'));
  file = join(folder, 'data', 'signing-key');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the signing key file', () => {
  it('is made once, for the owner alone, and read from then on', async () => {
    const first = await loadOrCreateSigningKey(file);
    const second = await loadOrCreateSigningKey(file);
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.keys.signing.kid).toBe(first.keys.signing.kid);
    expect(first.readableByOthers).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is one file with one key however many start at once, and nothing is left beside it', async () => {
    const loaded = await Promise.all(Array.from({ length: 16 }, () => loadOrCreateSigningKey(file)));
    expect(new Set(loaded.map(({ keys }) => keys.signing.kid)).size).toBe(1);
    expect(loaded.filter(({ created }) => created)).toHaveLength(1);
    expect(await readdir(join(folder, 'data'))).toEqual(['signing-key']);
  });

  it('is reported when others may read it', async () => {
    await loadOrCreateSigningKey(file);
    await chmod(file, 0o640);
    expect((await loadOrCreateSigningKey(file)).readableByOthers).toBe(true);
  });

  it('is neither used nor replaced when it holds no key', async () => {
    const broken = join(folder, 'broken');
    await writeFile(broken, 'half a k');
    await expect(loadOrCreateSigningKey(broken)).rejects.toThrow(broken);
    expect(await readFile(broken, 'utf8')).toBe('half a k');
  });

  it('is not read when it is far larger than a key', async () => {
    const huge = join(folder, 'huge');
    await writeFile(huge, Buffer.alloc(20_000, 'A'));
    await expect(loadOrCreateSigningKey(huge)).rejects.toThrow('larger than a key');
  });
});
