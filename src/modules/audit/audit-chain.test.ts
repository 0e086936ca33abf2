import { expect, it } from 'vitest';
import { type AuditEntry, digestOf, GENESIS_HASH, hashEntry } from './audit-chain.ts';

const entry: AuditEntry = {
  sequence: 1,
  eventId: '019a0000-0000-7000-8000-000000000001',
  eventType: 'USER_CREATED',
  position: 7,
  action: 'CREATE',
  resource: 'User',
  resourceId: '019a0000-0000-7000-8000-000000000002',
  userId: null,
  subjectId: '019a0000-0000-7000-8000-000000000002',
  correlationId: '019a0000-0000-7000-8000-000000000003',
  occurredAt: '2026-11-23T12:00:00.000Z',
  detailsDigest: digestOf({ name: 'Ada' }, 'salt'),
  originDigest: digestOf({ ipAddress: null, userAgent: null }, 'salt'),
};

it('hashes as it did when the first chains were written', () => {
  expect(GENESIS_HASH).toBe('0e37d96307db440ccb39dc700e09c160724646fe57f532230d4afd9b8d3a8e94');
  expect(hashEntry(entry, GENESIS_HASH)).toBe('fdc76287aa76897f6ba37174cbc0c0a724a5f60348d383f69d4998fd75997f0a');
});

it('covers every field and the hash before', () => {
  const changed = Object.keys(entry).map((field) => hashEntry({ ...entry, [field]: 'another' }, GENESIS_HASH));
  const hashes = new Set([hashEntry(entry, GENESIS_HASH), hashEntry(entry, 'another'), ...changed]);
  expect(hashes.size).toBe(Object.keys(entry).length + 2);
});

it('gives the same details another digest with another salt', () => {
  expect(digestOf({ ip: '192.0.2.1' }, 'one')).not.toBe(digestOf({ ip: '192.0.2.1' }, 'two'));
});
