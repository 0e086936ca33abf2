import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { createUser, succeed } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Poison {
  readonly name: string;
  readonly type?: string;
  readonly aggregateType?: string;
  readonly schemaVersion?: number;
  readonly data?: string;
  readonly metadata?: string;
}

const deep = `${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`;
/** What no version of this program wrote: by another program, an operator, or a fault. */
const POISON: readonly Poison[] = [
  { name: 'an unknown type', type: 'NO_SUCH_EVENT' },
  { name: 'an empty type', type: '' },
  { name: 'the name of a prototype', type: '__proto__' },
  { name: 'data that is null', data: 'null' },
  { name: 'data that is a list', data: '[1]' },
  { name: 'data that is a text', data: '"text"' },
  { name: 'data without its fields', data: '{}' },
  { name: 'data with other fields', data: '{"user":{"id":7}}' },
  { name: 'data nested 4000 deep', data: deep },
  { name: 'a megabyte of data', data: JSON.stringify({ user: 'x'.repeat(1_000_000) }) },
  { name: 'a schema version before the first', type: 'HANDLER_PAUSED', aggregateType: 'Handler', schemaVersion: 0 },
  {
    name: 'data an upcaster cannot read',
    type: 'HANDLER_PAUSED',
    aggregateType: 'Handler',
    schemaVersion: 1,
    data: 'null',
  },
  { name: 'a schema version to come', schemaVersion: 999 },
  { name: 'metadata that is empty', metadata: '{}' },
  { name: 'metadata that is null', metadata: 'null' },
];

async function insert({ sql }: TestApp, poison: Poison): Promise<string> {
  const id = v7();
  await sql(
    `insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, command_id, data, metadata)
     values ($1, nextval('event_number'), $2, $3, 1, $4, $5, $6, $7::jsonb, $8::jsonb)`,
    [
      id,
      poison.aggregateType ?? 'User',
      v7(),
      poison.type ?? 'USER_CREATED',
      poison.schemaVersion ?? 1,
      v7(),
      poison.data ?? '{}',
      poison.metadata ?? '{"userId":null,"correlationId":"x","causationId":null,"ipAddress":null,"userAgent":null}',
    ],
  );
  return id;
}

test('events that cannot be read stop neither the log, nor its subscribers, nor the handlers, nor other requests', async () => {
  await using app = await startTestApp();
  await using follower = await EventFollower.open(app.admin.client);
  const user = await createUser(app.admin.client);
  const ids: string[] = [];
  for (const poison of POISON) ids.push(await insert(app, poison));
  app.app.bus.relay.wake();
  const { events } = await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: 'After' } });
  const after = events?.[0]?.id ?? '';

  await follower.untilEvent(after);
  const numbered = await app.sql('select 1 from event_position where event_id = any($1::uuid[])', [ids]);
  expect(numbered).toHaveLength(POISON.length);
  const audited = () => app.sql('select 1 from audit_log where event_id = $1', [after]);
  await waitFor(async () => (await audited()).length === 1, {
    describe: 'the event after them in the audit log',
    timeoutMs: 60_000,
  });
  for (const id of ids) {
    const { status } = await app.admin.client.send('query ($id: ID!) { event(id: $id) { id type data } }', { id });
    expect(status).toBeLessThan(500);
  }
  expect((await app.admin.client.send('{ events(first: 50) { edges { node { id type } } } }')).status).toBeLessThan(
    500,
  );
  expect(await app.admin.client.codeOf('{ me { id } }')).toBeNull();
  expect(app.app.bus.relay.healthy).toBe(true);
});
