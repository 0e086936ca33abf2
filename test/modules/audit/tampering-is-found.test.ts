import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import type { Sql } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { hashEntry } from '../../../src/modules/audit/audit-chain.ts';
import { readLinks } from '../../../src/modules/audit/audit-chain.repository.ts';
import { AUDIT_HANDLER } from '../../../src/modules/audit/audit-log.handler.ts';
import { AUDIT_RULES } from '../../../src/modules/audit/audit-rules.ts';
import { type AuditChainReport, verifyAuditChain } from '../../../src/modules/audit/verify-audit-chain.ts';
import { createUser } from '../../support/factories.ts';
import { untilAudited } from '../../support/audit-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let length = 0;
beforeAll(async () => {
  app = await startTestApp();
  for (let person = 0; person < 6; person++) await createUser(app.admin.client);
  length = await untilAudited(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

function verify(sql: Sql, after = 0, limit = 100_000): Promise<AuditChainReport> {
  const auditedTypes = AUDIT_RULES.map((rule) => rule.definition.type);
  return verifyAuditChain(sql, {
    handler: AUDIT_HANDLER,
    auditedTypes,
    after,
    limit,
    signal: new AbortController().signal,
  });
}

class Undo extends Error {}

/** What a check says after somebody with all rights over the database changed it; undone afterwards. */
async function afterTampering(
  ...changes: readonly (string | ((sql: Sql) => Promise<unknown>))[]
): Promise<AuditChainReport> {
  let report: AuditChainReport | null = null;
  const tampering = transact(app.app.database, async (em) => {
    const sql = sqlOf(em);
    await sql('set local session_replication_role = replica');
    for (const change of changes) await (typeof change === 'string' ? sql(change) : change(sql));
    report = await verify(sql);
    throw new Undo();
  });
  await expect(tampering).rejects.toThrow(Undo);
  if (report === null) throw new Error('There is no report.');
  return report;
}

const eventOf = async (sequence: number): Promise<string> => {
  const [row] = await app.sql<{ event_id: string }>('select event_id from audit_log where sequence = $1', [sequence]);
  return row?.event_id ?? '';
};

it('finds an untouched chain whole', async () => {
  const report = await verify(app.sql);
  expect(report).toMatchObject({ valid: true, complete: true, checkedEntries: length, lastSequence: length });
  expect(length).toBeGreaterThan(15);
  const [head] = await app.sql<{ hash: string }>('select hash from audit_log order by sequence desc limit 1');
  expect(report.headHash).toBe(head?.hash);
});

it.each([
  ['action', "action = 'LOGIN'"],
  ['user', `user_id = '${randomUUID()}'`],
  ['resource', `resource_id = '${randomUUID()}'`],
  ['time', "occurred_at = occurred_at + interval '1 millisecond'"],
  ['event', `event_id = '${randomUUID()}'`],
  ['digest of the details', "details_digest = repeat('0', 64)"],
  ['hash', "hash = repeat('0', 64)"],
])('finds an entry whose %s was altered', async (_what, change) => {
  const report = await afterTampering(`update audit_log set ${change} where sequence = 7`);
  expect(report).toMatchObject({ valid: false, lastSequence: 6, firstBroken: { sequence: 7, fault: 'ALTERED_ENTRY' } });
});

it('finds details that were altered', async () => {
  const report = await afterTampering(
    `update audit_detail set details = '{"user":"somebody else"}' where sequence = 4`,
  );
  expect(report.firstBroken).toEqual({ sequence: 4, eventId: await eventOf(4), fault: 'ALTERED_DETAILS' });
});

it('finds an address that was altered', async () => {
  const report = await afterTampering(`update audit_detail set ip_address = '192.0.2.1' where sequence = ${length}`);
  expect(report.firstBroken).toMatchObject({ sequence: length, fault: 'ALTERED_DETAILS' });
});

it.each([
  ['blanked', 'update audit_detail set details = null, details_salt = null where sequence = 5'],
  ['removed', 'delete from audit_detail where sequence = 5'],
])('finds details that were %s though nobody was erased', async (_how, change) => {
  expect((await afterTampering(change)).firstBroken).toMatchObject({ sequence: 5, fault: 'MISSING_DETAILS' });
});

it('finds an entry that was removed', async () => {
  const report = await afterTampering('delete from audit_log where sequence = 9');
  expect(report.firstBroken).toEqual({ sequence: 9, eventId: null, fault: 'MISSING_ENTRY' });
});

it('finds an entry that was removed and the gap closed', async () => {
  const report = await afterTampering(
    'delete from audit_log where sequence = 9',
    'update audit_log set sequence = sequence + 1000 where sequence > 9',
    'update audit_log set sequence = sequence - 1001 where sequence > 1000',
  );
  expect(report.firstBroken).toMatchObject({ sequence: 9, fault: 'ALTERED_ENTRY' });
});

it('finds the first entry removed', async () => {
  const report = await afterTampering('delete from audit_log where sequence = 1');
  expect(report.firstBroken).toEqual({ sequence: 1, eventId: null, fault: 'MISSING_ENTRY' });
});

it('finds the end cut off, by the event log', async () => {
  const event = await eventOf(length - 1);
  const report = await afterTampering(`delete from audit_log where sequence >= ${length - 1}`);
  expect(report).toMatchObject({ valid: false, checkedEntries: length - 2 });
  expect(report.firstBroken).toEqual({ sequence: length - 1, eventId: event, fault: 'MISSING_END' });
});

it('finds the whole chain gone', async () => {
  const report = await afterTampering('delete from audit_log');
  expect(report.firstBroken).toMatchObject({ sequence: 1, fault: 'MISSING_END' });
});

it('finds two entries that changed places', async () => {
  const report = await afterTampering(
    'update audit_log set sequence = sequence + 1000 where sequence in (10, 11)',
    'update audit_log set sequence = 1021 - sequence where sequence > 1000',
  );
  expect(report.firstBroken).toMatchObject({ sequence: 10, fault: 'ALTERED_ENTRY' });
});

it('finds an entry that was inserted', async () => {
  const report = await afterTampering(
    'update audit_log set sequence = sequence + 1000 where sequence > 12',
    'update audit_log set sequence = sequence - 999 where sequence > 1000',
    `insert into audit_log (sequence, event_id, event_type, position, action, resource, resource_id, user_id, subject_id,
       correlation_id, occurred_at, details_digest, origin_digest, previous_hash, hash)
     select 13, gen_random_uuid(), event_type, position, action, resource, resource_id, user_id, subject_id,
       correlation_id, occurred_at, details_digest, origin_digest, hash, repeat('a', 64) from audit_log where sequence = 12`,
  );
  expect(report.firstBroken).toMatchObject({ sequence: 13, fault: 'ALTERED_ENTRY' });
});

it('finds a link that was bent to leave one out', async () => {
  const report = await afterTampering(
    'update audit_log b set previous_hash = a.hash from audit_log a where b.sequence = 15 and a.sequence = 13',
  );
  expect(report.firstBroken).toMatchObject({ sequence: 15, fault: 'ALTERED_ENTRY' });
});

it('finds an entry that was altered and given the hash that fits it', async () => {
  const report = await afterTampering(async (sql) => {
    const [link] = await readLinks(sql, 6, 1);
    if (!link) throw new Error('There is no entry 7.');
    const hash = hashEntry({ ...link, action: 'LOGIN' }, link.previousHash);
    await sql("update audit_log set action = 'LOGIN', hash = $1 where sequence = 7", [hash]);
  });
  expect(report.firstBroken).toEqual({ sequence: 8, eventId: await eventOf(8), fault: 'BROKEN_LINK' });
});

it('goes on from where an earlier run reached its limit', async () => {
  const first = await verify(app.sql, 0, 5);
  expect(first).toMatchObject({ valid: true, complete: false, checkedEntries: 5, lastSequence: 5 });
  const rest = await verify(app.sql, first.lastSequence);
  expect(rest).toMatchObject({ valid: true, complete: true, checkedEntries: length - 5, lastSequence: length });
  expect((await verify(app.sql, length + 1)).firstBroken).toMatchObject({ fault: 'MISSING_ENTRY' });
});
