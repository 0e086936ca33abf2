import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { UserPasswordChanged } from '../../../src/modules/users/user.events.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { sdkClient } from '../../support/sdk-client.ts';
import { startTestApp } from '../../support/test-app.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { waitFor } from '../../support/wait-for.ts';

const EVENTS = 1_000;

test('events that do not fit into the buffer are fetched again: none is lost, doubled or out of order', async () => {
  await using app = await startTestApp();
  const correlationId = randomUUID();
  const facts = Array.from({ length: EVENTS }, () => {
    const userId = randomUUID();
    return { aggregateId: userId, data: { userId } };
  });
  await appendTestEvents(app.app, UserPasswordChanged, facts, { correlationId });
  const log = (await readStoredLog(app.sql)).filter(({ type }) => type === 'USER_PASSWORD_CHANGED');
  for (const streams of ['websocket', 'sse'] as const) {
    using client = await sdkClient(app.url, app.admin, { streams });
    let connections = 0;
    const onStatus = ({ state }: { state: string }): void => void (connections += state === 'connecting' ? 1 : 0);
    const stream = client.domainEvents({ filter: { correlationId }, after: BEGINNING }, { bufferSize: 100, onStatus });
    const ids: string[] = [];
    for await (const event of stream) {
      // A consumer that does nothing until the buffer is full, and then takes what it holds.
      if (ids.length === 0) {
        await waitFor(() => app.app.transport.connectionCount === 0, { describe: 'the stream to stop' });
      }
      ids.push(event.id);
      if (ids.length === log.length) break;
    }
    expect(ids).toEqual(log.map(({ id }) => id));
    expect(connections).toBeGreaterThan(1);
  }
}, 60_000);
