import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileStore } from '../../../sdk/src/node/file-store.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'signalbox-test-store-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('keeps a text over the process, in a file of its owner, and makes the folder it is in', async () => {
  const path = join(folder, 'state/of/a/stream');
  expect(await fileStore(path).get()).toBeNull();
  await fileStore(path).set('first, and longer');
  await fileStore(path).set('second');
  expect(await fileStore(path).get()).toBe('second');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await fileStore(path).set(null);
  expect(await fileStore(path).get()).toBeNull();
  await fileStore(path).set(null);
});

test('whoever reads it meanwhile sees an old text or a new one, whole, and nothing stays behind', async () => {
  const path = join(folder, 'cursor');
  const store = fileStore(path);
  const texts = Array.from({ length: 40 }, (_none, index) => `${index} `.repeat(20_000));
  await store.set(texts[0] ?? '');
  const writes = Promise.all(texts.map(async (text) => store.set(text)));
  const done = new AbortController();
  void writes.finally(() => done.abort());
  const seen = new Set<string>();
  while (!done.signal.aborted) seen.add(await readFile(path, 'utf8'));
  await writes;
  expect([...seen].filter((text) => !texts.includes(text))).toEqual([]);
  expect(await store.get()).toBe(texts.at(-1));
  expect(await readdir(folder)).toEqual(['cursor']);
});

test('a draft that a crash left behind is of no consequence', async () => {
  const path = join(folder, 'cursor');
  await fileStore(path).set('whole');
  await writeFile(`${path}.tmp`, 'ha');
  expect(await fileStore(path).get()).toBe('whole');
  await fileStore(path).set('new');
  expect(await fileStore(path).get()).toBe('new');
});

test('what cannot be written or read is an error, and the next write is tried', async () => {
  const path = join(folder, 'cursor');
  const store = fileStore(path);
  await expect(fileStore(folder).get()).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(fileStore(join(path, 'x\0')).set('text')).rejects.toThrow('null bytes');
  await rm(folder, { recursive: true });
  await writeFile(folder, 'a file in the way');
  await expect(store.set('text')).rejects.toMatchObject({ code: expect.stringMatching(/EEXIST|ENOTDIR/) as string });
  await rm(folder);
  await store.set('text');
  expect(await store.get()).toBe('text');
});
