/**
 * Prints what happens, and goes on where it stopped, however it stopped.
 *
 *   SIGNALBOX_EMAIL=ada@example.com SIGNALBOX_PASSWORD=… node follow-events.ts
 *
 * SIGNALBOX_URL   default http://localhost:4000/graphql
 * CURSOR_FILE     default cursor.txt; remove it to begin anew, with what comes from then on
 */
import { createClient, type DomainEvent, payloadOf } from '@signalbox/client';
import { fileStore } from '@signalbox/client/file-store';

const { SIGNALBOX_URL, SIGNALBOX_EMAIL = '', SIGNALBOX_PASSWORD = '', CURSOR_FILE } = process.env;

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());

const client = createClient({ url: SIGNALBOX_URL ?? 'http://localhost:4000/graphql' });
payloadOf(await client.login({ input: { email: SIGNALBOX_EMAIL, password: SIGNALBOX_PASSWORD } }));

await client.handleEvents({
  store: fileStore(CURSOR_FILE ?? 'cursor.txt'),
  signal: stopping.signal,
  concurrency: 4,
  handler: (event) => console.log(event.id, describe(event)),
  onStatus: (status) => {
    if (status.state === 'live') console.log('Up to date.');
    if (status.state === 'waiting') console.log(`Cut off (${status.error.code}); again in ${status.pauseMs | 0} ms.`);
  },
});
client.close();

/** The type says what is in `data`. */
function describe(event: DomainEvent): string {
  switch (event.type) {
    case 'USER_CREATED':
      return `${event.data.user.firstName} ${event.data.user.lastName} has joined.`;
    case 'USER_UPDATED': {
      const { user, previousData } = event.data;
      return user.email === previousData.email
        ? `${user.username} was changed.`
        : `${user.username} has a new address.`;
    }
    case 'PERMISSION_GRANTED':
      return `${event.data.role.name} may ${event.data.permission} now.`;
    case 'UNRECOGNIZED':
      return `${event.unrecognizedType} (this program is older than the server)`;
    default:
      return `${event.type} of ${event.aggregateType} ${event.aggregateId}`;
  }
}
