import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEGINNING } from '../../support/event-follower.ts';
import { createUser, signedInUser } from '../../support/factories.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { TOLERANCE_SECONDS, withTokenNearItsEnd } from '../../support/token-near-its-end.ts';
import { waitFor } from '../../support/wait-for.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
});

afterAll(() => cleanup.disposeAsync());

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('a stream outlives the token it began with', async () => {
    const person = await withTokenNearItsEnd(app, await signedInUser(app.admin.client, { role: 'admin' }), 6);
    using client = await sdkClient(app.url, person, { streams });
    const states: string[] = [];
    const onStatus = ({ state }: { readonly state: string }): void => void states.push(state);
    const reader = new StreamReader(client.domainEvents({ after: BEGINNING }, { onStatus }));
    await waitFor(async () => (await app.client.as(person.accessToken).codeOf('{ me { id } }')) === 'UNAUTHENTICATED', {
      describe: 'the first token to be refused',
      timeoutMs: (TOLERANCE_SECONDS + 20) * 1000,
    });
    // A change of rights has the server look at the token again.
    await createUser(app.admin.client);
    const log = await readStoredLog(app.sql);
    await reader.until(log.at(-1)?.id ?? '');
    expect(reader.ids).toEqual(log.map(({ id }) => id));
    // On a socket the new token came in time; an event stream cannot be told one and begins anew.
    expect(states.includes('waiting') && streams === 'websocket').toBe(false);
  }, 60_000);

  test('a stream that begins with a refused token goes on with a new one', async () => {
    const person = await signedInUser(app.admin.client, { role: 'admin' });
    using client = await sdkClient(app.url, await withTokenNearItsEnd(app, person, -TOLERANCE_SECONDS - 1), {
      streams,
    });
    const reader = new StreamReader(client.domainEvents({ after: BEGINNING }));
    const log = await readStoredLog(app.sql);
    await reader.until(log.at(-1)?.id ?? '');
    expect(reader.ids).toEqual(log.map(({ id }) => id));
  });
});
