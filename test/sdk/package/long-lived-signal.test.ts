import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../sdk/src/index.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { sdkClient } from '../../support/sdk-client.ts';
import { startTestApp } from '../../support/test-app.ts';

test('a signal that outlives requests, streams and handlings keeps nothing of them', async () => {
  await using app = await startTestApp();
  using client = await sdkClient(app.url, app.admin);
  const { signal } = new AbortController();
  await Promise.all([1, 2, 3].map(() => client.me(null, { signal })));
  await expect(client.user({ id: 'x' }, { signal })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  for await (const _event of client.domainEvents({ after: BEGINNING }, { signal })) break;
  await client.domainEvents({}, { signal }).return();
  const handler = (): void => {
    throw new Error('Not today.');
  };
  const handled = client.handleEvents({ after: BEGINNING, store: memoryStore(), maxAttempts: 1, handler, signal });
  await expect(handled).rejects.toMatchObject({ name: 'HandlerError' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
