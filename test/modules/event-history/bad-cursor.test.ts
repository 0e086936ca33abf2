import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCursor } from '../../../src/event-store/cursor.ts';
import { EventFollower, type StreamTransport } from '../../support/event-follower.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const TRANSPORTS: readonly StreamTransport[] = ['websocket', 'sse'];

test.for(TRANSPORTS)(
  'over %s a cursor beyond the log is refused and the end of the log is named',
  async (transport) => {
    const head = (await readStoredLog(app.sql)).at(-1)?.cursor;
    for (const beyond of [1_000_000, Number.MAX_SAFE_INTEGER]) {
      await using follower = await EventFollower.open(app.admin.client, { transport, after: encodeCursor(beyond) });
      await follower.untilEnded();
      expect(follower.errors).toMatchObject([{ extensions: { code: 'CURSOR_IN_FUTURE', resumeAfter: head } }]);
      expect(follower.events).toEqual([]);
    }
  },
);

test.for(TRANSPORTS)('over %s a malformed cursor is refused', async (transport) => {
  for (const after of ['', 'garbage', 'x'.repeat(10_000), encodeCursor(1).toLowerCase(), `${encodeCursor(1)}=`]) {
    await using follower = await EventFollower.open(app.admin.client, { transport, after });
    await follower.untilEnded();
    expect(follower.errors.map(({ extensions }) => extensions.code)).toEqual(['CURSOR_INVALID']);
  }
});

test('the cursor of the last event waits for the next one', async () => {
  const head = (await readStoredLog(app.sql)).at(-1)?.cursor ?? null;
  await using follower = await EventFollower.open(app.admin.client, { after: head });
  const { client, user } = app.admin;
  await client.ask('mutation ($id: ID!) { updateUser(id: $id, input: { firstName: "Next" }) { __typename } }', {
    id: user.id,
  });
  await follower.untilReceived(1);
  expect(follower.events.map(({ type, version }) => [type, version])).toEqual([['USER_UPDATED', 4]]);
});
