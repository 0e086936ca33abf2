import { expect, test } from 'vitest';
import { urqlClient } from '../../../sdk/examples/urql.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const EVENTS = 'subscription ($after: Cursor) { domainEvents(after: $after) { id } }';

interface EventResult {
  readonly domainEvents: { readonly id: string };
}

test('the snippet for urql asks, changes, and follows events over a cut connection', async () => {
  await using app = await startTestApp();
  await using line = await ConnectionSwitch.listen(app.url);
  const client = urqlClient(line.url, () => app.admin.accessToken);
  const asked = await client.query('{ me { email } }', {}).toPromise();
  expect(asked.data).toEqual({ me: { email: app.admin.user.email } });
  const changed = await client
    .mutation('mutation { createRole(input: { name: "reader" }) { __typename } }', {})
    .toPromise();
  expect(changed.data).toEqual({ createRole: { __typename: 'CreateRolePayload' } });

  const ids: string[] = [];
  const subscription = client.subscription<EventResult>(EVENTS, { after: BEGINNING }).subscribe((result) => {
    if (result.data) ids.push(result.data.domainEvents.id);
  });
  const changes = new ScriptedChanges(app.admin.client);
  const alice = await changes.makeUsers();
  await waitFor(() => ids.includes(changes.lastEvent), { describe: 'events' });
  line.cut();
  await changes.rename(alice, 3);
  await waitFor(() => ids.includes(changes.lastEvent), { describe: 'events after the cut', timeoutMs: 30_000 });
  subscription.unsubscribe();
  expect(ids).toEqual((await readStoredLog(app.sql)).map(({ id }) => id));
}, 60_000);
