import { expect, it } from 'vitest';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import { auditFactsOf, changesBetween } from './audit-rules.ts';

const PERSON = '019a0000-0000-7000-8000-000000000001';
const ADMIN = '019a0000-0000-7000-8000-000000000002';

function event(type: string, data: StoredEvent['data'], overrides: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: '019a0000-0000-7000-8000-00000000000e',
    type,
    schemaVersion: 1,
    aggregateType: 'User',
    aggregateId: PERSON,
    subjectId: PERSON,
    version: 1,
    commandId: '019a0000-0000-7000-8000-00000000000c',
    timestamp: '2026-11-23T12:00:00.000Z',
    data,
    metadata: { userId: ADMIN, correlationId: 'c', causationId: null, ipAddress: null, userAgent: null },
    position: 1,
    ...overrides,
  };
}

const nobody: StoredEvent['metadata'] = {
  userId: null,
  correlationId: 'c',
  causationId: null,
  ipAddress: null,
  userAgent: null,
};

it('says who did what to what', () => {
  const user = { id: PERSON, firstName: 'Ada' };
  expect(auditFactsOf(event('USER_CREATED', { user }))).toEqual({
    action: 'CREATE',
    resource: 'User',
    resourceId: PERSON,
    userId: ADMIN,
    subjectId: PERSON,
    details: { user },
  });
});

it('names of an update only what differs, with both values', () => {
  const before = { firstName: 'Ada', lastName: 'Byron', tags: ['a', 'b'], version: 1, updatedAt: 'then' };
  const after = { firstName: 'Ada', lastName: 'Lovelace', tags: ['a', 'b'], version: 2, updatedAt: 'now' };
  expect(changesBetween(before, after)).toEqual({ lastName: { from: 'Byron', to: 'Lovelace' } });
  expect(auditFactsOf(event('USER_UPDATED', { previousData: before, user: after })).details).toEqual({
    changes: { lastName: { from: 'Byron', to: 'Lovelace' } },
  });
});

it('holds a sign-in to be done by the person who signed in', () => {
  const login = event('USER_LOGGED_IN', { userId: PERSON, session: { id: 's' } }, { metadata: nobody });
  expect(auditFactsOf(login)).toMatchObject({ action: 'LOGIN', userId: PERSON });
});

it('holds a failed sign-in to be done by nobody known', () => {
  const failure = event('USER_LOGIN_FAILED', { userId: PERSON, reason: 'WRONG_PASSWORD' }, { metadata: nobody });
  expect(auditFactsOf(failure)).toMatchObject({ action: 'FAIL', userId: null, resourceId: PERSON });
});

it('says what permission was granted or revoked, and of which role', () => {
  const data = { role: { name: 'manager' }, permission: 'orders:read' };
  const role = { aggregateType: 'Role', aggregateId: ADMIN, subjectId: null };
  expect(auditFactsOf(event('PERMISSION_GRANTED', data, role))).toMatchObject({
    action: 'GRANT',
    resource: 'Role',
    details: { role: 'manager', permission: 'orders:read' },
  });
  expect(auditFactsOf(event('PERMISSION_REVOKED', data, role)).action).toBe('REVOKE');
});

it('keeps the evidence of an erasure when it erases the rest', () => {
  expect(auditFactsOf(event('USER_DATA_ERASED', { userId: PERSON, reason: 'asked for' }))).toMatchObject({
    action: 'ERASE',
    subjectId: null,
    details: { reason: 'asked for' },
  });
});

it('refuses an event that is not audited', () => {
  expect(() => auditFactsOf(event('SHELF_OPENED', {}))).toThrow('SHELF_OPENED has no audit rule.');
});
