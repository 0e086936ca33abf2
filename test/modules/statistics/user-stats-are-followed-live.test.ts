import { expect, test } from 'vitest';
import { createUser, roleId, signedInUser } from '../../support/factories.ts';
import { openEventStream } from '../../support/event-stream-client.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import type { ShownResult } from '../../support/graphql-requests.ts';
import { openOnSocket } from '../../support/socket-client.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const FOLLOW = 'subscription { userStatsUpdated { totalUsers activeUsers } }';

async function follow(open: typeof openOnSocket, client: GraphqlClient) {
  const results: ShownResult[] = [];
  const operation = await open(
    client,
    { query: FOLLOW, variables: {} },
    { result: (result) => void results.push(result), ended: () => undefined },
  );
  const totals = () =>
    results.map(({ data }) => (data?.['userStatsUpdated'] as { totalUsers: number } | null)?.totalUsers);
  return { operation, results, totals };
}

test.for([
  ['websocket', openOnSocket],
  ['sse', openEventStream],
] as const)(
  'a subscriber over %s of another node has the numbers at once and after changes, as few results',
  async ([, open]) => {
    await using worker = await startTestApp();
    await using api = await worker.deployment.startNode({ SIGNALBOX_ROLE: 'api' });
    const { client } = worker.admin;
    const { operation, totals } = await follow(open, client.at(api.url));
    await waitFor(() => totals().length > 0, { describe: 'the first numbers' });
    expect(totals()).toEqual([1]);
    await Promise.all(Array.from({ length: 12 }, () => createUser(client)));
    await waitFor(() => totals().at(-1) === 13, { describe: 'the last numbers' });
    expect(totals()).toEqual([...new Set(totals())]);
    await operation.leave();
  },
);

test('a subscriber who may not see statistics any more is cut off', async () => {
  await using app = await startTestApp();
  const { client } = app.admin;
  const manager = await signedInUser(client, { role: 'manager' });
  const { results, totals } = await follow(openOnSocket, manager.client);
  await waitFor(() => totals().length > 0, { describe: 'the first numbers' });
  const demote = 'mutation ($id: ID!, $roleId: ID!) { updateUser(id: $id, input: { roleId: $roleId }) { __typename } }';
  await client.ask(demote, { id: manager.user.id, roleId: await roleId(client, 'user') });
  const end = await waitFor(() => results.at(-1)?.errors?.[0], { describe: 'the end' });
  expect(end.extensions.code).toBe('FORBIDDEN');
});
