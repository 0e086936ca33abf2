import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { eraseUser } from '../support/erasure.ts';
import { createUser } from '../support/factories.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { startTestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

async function firstNameIn(client: GraphqlClient, id: string): Promise<unknown> {
  const query =
    'query ($id: ID!) { events(filter: { aggregateId: $id, types: [USER_CREATED] }) { edges { node { data } } } }';
  interface Answer {
    readonly events: { readonly edges: readonly { node: { data: { user: { firstName: string } } } }[] };
  }
  return (await client.ask<Answer>(query, { id })).events.edges[0]?.node.data.user.firstName;
}

test('no process can be told to remember keys for more than a minute', () => {
  expect(() => loadConfig({ SIGNALBOX_KEY_CACHE_SECONDS: '61' })).toThrow('SIGNALBOX_KEY_CACHE_SECONDS must be');
  expect(loadConfig({ SIGNALBOX_KEY_CACHE_SECONDS: '60' }).encryption.keyCacheMs).toBe(60_000);
});

test('a node that remembers a key forgets it with the event of the erasure, long before its time is over', async () => {
  await using app = await startTestApp({ env: { SIGNALBOX_KEY_CACHE_SECONDS: '60' } });
  await using other = await app.deployment.startNode({ SIGNALBOX_KEY_CACHE_SECONDS: '60' });
  const admin = app.admin.client;
  const { id, firstName } = await createUser(admin);
  const [key] = await app.sql<{ id: string }>('select id from key_store.subject_key where subject_id = $1', [id]);
  await waitFor(async () => (await firstNameIn(admin.at(other.url), id)) === firstName, {
    describe: 'the other node to show the event',
  });
  const { keys } = other.app.bus.reader;
  expect(keys.ttlMs).toBe(60_000);
  expect(typeof keys.remembered([key?.id ?? ''])?.get(key?.id ?? '')?.secret).toBe('object');
  await eraseUser(admin, id);
  await waitFor(async () => (await firstNameIn(admin.at(other.url), id)) === '[erased]', {
    describe: 'the other node to have forgotten the key',
    timeoutMs: 5_000,
  });
  expect(await firstNameIn(admin, id)).toBe('[erased]');
});
