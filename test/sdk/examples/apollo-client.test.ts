import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { apolloClient } from '../../../sdk/examples/apollo-client.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const EVENTS = parse('subscription ($after: Cursor) { domainEvents(after: $after) { id } }');

interface EventResult {
  readonly domainEvents: { readonly id: string };
}

test('the snippet for Apollo Client asks, changes, and follows events over a cut connection', async () => {
  await using app = await startTestApp();
  await using line = await ConnectionSwitch.listen(app.url);
  const client = apolloClient(line.url, () => app.admin.accessToken);
  const { data } = await client.query({ query: parse('{ me { id email } }') });
  expect(data).toMatchObject({ me: { email: app.admin.user.email } });
  const mutation = parse('mutation { createRole(input: { name: "reader" }) { __typename } }');
  const { data: changed } = await client.mutate({ mutation });
  expect(changed).toEqual({ createRole: { __typename: 'CreateRolePayload' } });

  const ids: string[] = [];
  const subscription = client
    .subscribe<EventResult>({ query: EVENTS, variables: { after: BEGINNING } })
    .subscribe((result) => result.data && ids.push(result.data.domainEvents.id));
  const changes = new ScriptedChanges(app.admin.client);
  const alice = await changes.makeUsers();
  await waitFor(() => ids.includes(changes.lastEvent), { describe: 'events' });
  line.cut();
  await changes.rename(alice, 3);
  await waitFor(() => ids.includes(changes.lastEvent), { describe: 'events after the cut', timeoutMs: 30_000 });
  subscription.unsubscribe();
  client.stop();
  expect(ids).toEqual((await readStoredLog(app.sql)).map(({ id }) => id));
}, 60_000);
