import { expect, it } from 'vitest';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import { noticeOf, priceOf } from './notices.ts';

const PERSON = '019a0000-0000-7000-8000-000000000001';
const ada = {
  id: PERSON,
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  isActive: true,
  roleId: 'r',
};
const order = { id: 'o', orderNumber: 'SB-7', status: 'PENDING', total: { amount: 1_050, currency: 'EUR' } };
const payment = { orderNumber: 'SB-7', amount: { amount: 1_050, currency: 'EUR' } };

function event(type: string, data: StoredEvent['data']): StoredEvent {
  return {
    id: '019a0000-0000-7000-8000-00000000000e',
    type,
    schemaVersion: 1,
    aggregateType: 'Any',
    aggregateId: PERSON,
    subjectId: PERSON,
    version: 1,
    commandId: '019a0000-0000-7000-8000-00000000000c',
    timestamp: '2026-11-23T12:00:00.000Z',
    data,
    metadata: { userId: null, correlationId: 'c', causationId: null, ipAddress: null, userAgent: null },
    position: 1,
  };
}

it.each<[string, StoredEvent['data'], string, string, string]>([
  ['USER_CREATED', { user: ada }, 'success', 'administrators', 'The account of Ada Lovelace was created.'],
  ['USER_DELETED', { previousData: ada }, 'warning', 'administrators', 'The account of Ada Lovelace was deleted.'],
  [
    'USER_PASSWORD_CHANGED',
    { userId: PERSON },
    'warning',
    'nobody else',
    'The password was changed and all other sessions were ended.',
  ],
  [
    'USERS_IMPORT_COMPLETED',
    { totals: { requested: 10, imported: 8, failed: 2 } },
    'success',
    'nobody else',
    '8 of 10 accounts were imported, 2 failed.',
  ],
  ['ORDER_CREATED', { order }, 'success', 'nobody else', 'Order SB-7 over €10.50 was received.'],
  ['ORDER_UPDATED', { order }, 'info', 'nobody else', 'Order SB-7 was changed: pending, €10.50.'],
  ['ORDER_CANCELLED', { order, reason: 'no stock' }, 'warning', 'nobody else', 'Order SB-7 was cancelled: no stock'],
  ['PAYMENT_PROCESSED', { payment }, 'success', 'nobody else', 'The payment of €10.50 for order SB-7 was received.'],
  [
    'PAYMENT_FAILED',
    { payment, reason: 'card declined' },
    'error',
    'nobody else',
    'The payment of €10.50 for order SB-7 failed: card declined',
  ],
  [
    'SYSTEM_MAINTENANCE_STARTED',
    { details: { reason: 'new disks' } },
    'warning',
    'everybody',
    'Changes are not possible for now: new disks',
  ],
  ['SYSTEM_MAINTENANCE_COMPLETED', { details: {} }, 'success', 'everybody', 'Changes are possible again.'],
])('tells of %s', (type, data, level, audience, message) => {
  expect(noticeOf(event(type, data))).toMatchObject({ level, audience, message });
});

it.each([
  [{ firstName: 'Augusta', email: 'new@example.com' }, 'Augusta Lovelace was changed: e-mail address, first name.'],
  [{ isActive: false }, 'Ada Lovelace was deactivated.'],
  [{ isActive: false, lastName: 'Byron' }, 'Ada Byron was deactivated and was changed: last name.'],
  [{}, 'Ada Lovelace was changed.'],
])('names what changed of an account, not the values: %o', (change, message) => {
  const notice = noticeOf(event('USER_UPDATED', { previousData: ada, user: { ...ada, ...change } }));
  expect(notice).toMatchObject({ level: 'info', audience: 'nobody else', message: `The account of ${message}` });
});

it('writes prices with the decimals of their currency', () => {
  expect(priceOf({ amount: 123_456, currency: 'USD' })).toBe('$1,234.56');
  expect(priceOf({ amount: 1_050, currency: 'JPY' })).toBe('¥1,050');
  expect(priceOf({ amount: -1_050, currency: 'EUR' })).toBe('-€10.50');
});

it('refuses an event nobody is told about', () => {
  expect(() => noticeOf(event('USER_LOGGED_IN', {}))).toThrow('USER_LOGGED_IN has no notice.');
});
