import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CursorError } from '../../../sdk/src/index.ts';
import { encodeCursor } from '../../../src/event-store/cursor.ts';
import { createUser } from '../../support/factories.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const FUTURE = encodeCursor(1_000_000);

const cleanup = new AsyncDisposableStack();
let app: TestApp;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
});

afterAll(() => cleanup.disposeAsync());

async function newest(): Promise<string> {
  return (await readStoredLog(app.sql)).at(-1)?.cursor ?? '';
}

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('a cursor that is none, or of another log, is thrown with the place to go on from', async () => {
    using client = await sdkClient(app.url, app.admin, { streams });
    const invalid = await new StreamReader(client.domainEvents({ after: 'x' })).ended.catch((error: unknown) => error);
    expect(invalid).toBeInstanceOf(CursorError);
    expect(invalid).toMatchObject({ code: 'CURSOR_INVALID', resumeAfter: null });
    const future = await new StreamReader(client.domainEvents({ after: FUTURE })).ended.catch(
      (error: unknown) => error,
    );
    expect(future).toMatchObject({ name: 'CursorError', code: 'CURSOR_IN_FUTURE', resumeAfter: await newest() });
  });

  test('`skip` goes on where the server can, and throws where that is nowhere', async () => {
    using client = await sdkClient(app.url, app.admin, { streams });
    const reader = new StreamReader(client.domainEvents({ after: FUTURE }, { onCursorError: 'skip' }));
    const live = new StreamReader(client.domainEvents({ after: await newest() }));
    await createUser(app.admin.client);
    await live.until((await readStoredLog(app.sql)).at(-1)?.id ?? '');
    // The one that skipped may have begun behind the change, but not before it.
    await createUser(app.admin.client);
    await reader.until((await readStoredLog(app.sql)).at(-1)?.id ?? '');
    expect(live.ids).toEqual(expect.arrayContaining([...reader.ids]));
    const nowhere = new StreamReader(client.domainEvents({ after: 'x' }, { onCursorError: 'skip' }));
    await expect(nowhere.ended).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  test('a function decides: it gives the cursor to go on from, or throws', async () => {
    using client = await sdkClient(app.url, app.admin, { streams });
    const codes: string[] = [];
    const reader = new StreamReader(
      client.domainEvents(
        { after: FUTURE },
        {
          onCursorError: async (error) => {
            codes.push(error.code);
            return encodeCursor(0);
          },
        },
      ),
    );
    const log = await readStoredLog(app.sql);
    await reader.until(log.at(-1)?.id ?? '');
    expect(reader.ids).toEqual(log.map(({ id }) => id));
    expect(codes).toEqual(['CURSOR_IN_FUTURE']);

    const reason = new Error('The state has to be loaded anew.');
    const refused = client.domainEvents(
      { after: FUTURE },
      {
        onCursorError: () => {
          throw reason;
        },
      },
    );
    await expect(refused.next()).rejects.toBe(reason);
  });
});
