import { expect, test } from 'vitest';
import { waitFor } from './wait-for.ts';

test('gives the first truthy answer, asking on over falsy ones and errors', async () => {
  const answers = [() => undefined, () => Promise.reject(new Error('not yet')), () => 'there'];
  expect(await waitFor(() => answers.shift()?.(), { describe: 'an answer' })).toBe('there');
});

test('says what it waited for and the last answer when it gives up', async () => {
  await expect(waitFor(() => 0, { describe: 'a row', timeoutMs: 20 })).rejects.toThrow(
    'Gave up waiting for a row after 20 ms: the last answer was 0.',
  );
});

test('keeps the last error as the cause when it gives up', async () => {
  const cause = new Error('refused');
  await expect(waitFor(() => Promise.reject(cause), { describe: 'a server', timeoutMs: 20 })).rejects.toMatchObject({
    message: 'Gave up waiting for a server after 20 ms: the last attempt failed with Error: refused',
    cause,
  });
});

test('gives up on a condition that never answers', async () => {
  await expect(waitFor(() => new Promise(() => {}), { describe: 'silence', timeoutMs: 20 })).rejects.toThrow(
    'Gave up waiting for silence after 20 ms: the condition never answered.',
  );
});
