import type { OrderSnapshot } from '../orders/order.events.ts';
import type { PaymentSnapshot } from '../payments/payment.events.ts';
import type { UserSnapshot } from '../users/user.events.ts';
import { addressAddedMail, addressRemovedMail } from './address-changed.mail.ts';
import { importFinishedMail } from './import-finished.mail.ts';
import type { MailBrand, MailContent } from './mail-content.ts';
import { orderConfirmationMail } from './order-confirmation.mail.ts';
import { passwordChangedMail } from './password-changed.mail.ts';
import { paymentReceiptMail } from './payment-receipt.mail.ts';
import { registrationRepeatedMail } from './registration-repeated.mail.ts';
import { tokenMail, type TokenPurpose } from './token.mail.ts';
import { welcomeMail } from './welcome.mail.ts';

const TIME = '2026-11-23T16:40:00.000Z';
const LATER = '2026-11-23T17:40:00.000Z';
const PURPOSES: readonly TokenPurpose[] = ['VERIFY_EMAIL', 'RESET_PASSWORD', 'SET_PASSWORD'];

/** Invented people and orders; a test makes every text of them hostile, so they reach each place where a value is printed. */
export const SAMPLE = {
  user: {
    id: '01900000-0000-7000-8000-000000000001',
    email: 'ada@example.org',
    username: 'ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    isActive: true,
    emailVerified: true,
    roleId: '01900000-0000-7000-8000-000000000002',
    version: 3,
    createdAt: TIME,
    updatedAt: TIME,
  } satisfies UserSnapshot,
  order: {
    id: '01900000-0000-7000-8000-000000000003',
    orderNumber: 'SB-2026-000042',
    customerId: '01900000-0000-7000-8000-000000000001',
    lines: [
      { sku: 'NOTE-A5', name: 'Notebook, dotted, A5', quantity: 3, unitPrice: { amount: 1250, currency: 'EUR' } },
      { sku: 'PEN-F', name: 'Fountain pen, fine nib', quantity: 1, unitPrice: { amount: 8900, currency: 'EUR' } },
    ],
    total: { amount: 12_650, currency: 'EUR' },
    status: 'PENDING',
    version: 1,
    createdAt: TIME,
    updatedAt: TIME,
  } satisfies OrderSnapshot,
  payment: {
    id: '01900000-0000-7000-8000-000000000004',
    orderId: '01900000-0000-7000-8000-000000000003',
    orderNumber: 'SB-2026-000042',
    customerId: '01900000-0000-7000-8000-000000000001',
    amount: { amount: 12_650, currency: 'EUR' },
    method: 'Card',
    transactionId: 'sandbox_7f3a91c2',
    status: 'PROCESSED',
    failureReason: null,
    version: 1,
    createdAt: TIME,
  } satisfies PaymentSnapshot,
  failures: [
    { index: 4, errors: [{ path: ['email'], message: 'This e-mail address is taken.' }] },
    { index: 11, errors: [{ path: ['username'], message: 'A username has 3 to 32 letters.' }] },
  ],
  ipAddress: '192.0.2.14',
  token: 'sample_Zk3xQ9vT0mB7cR2yL5wN8pD1sF6gH4jK',
};

export type Sample = typeof SAMPLE;

/** One mail of every kind. */
export function sampleMails(brand: MailBrand, sample: Sample = SAMPLE): readonly MailContent[] {
  const { user, order, payment, failures, ipAddress, token } = sample;
  const { firstName } = user;
  const change = { before: user, after: { ...user, email: `new-${user.email}` }, changedAt: TIME };
  const totals = { requested: 120, imported: 118, failed: 2 };
  return [
    welcomeMail(user, brand),
    addressRemovedMail(change, brand),
    addressAddedMail(change, brand),
    orderConfirmationMail({ order, firstName }, brand),
    paymentReceiptMail({ payment, firstName }, brand),
    passwordChangedMail({ firstName, changedAt: TIME, ipAddress }, brand),
    registrationRepeatedMail({ firstName, triedAt: TIME }, brand),
    importFinishedMail({ totals, failures, firstName, finishedAt: TIME }, brand),
    ...PURPOSES.map((purpose) => tokenMail({ purpose, token, expiresAt: LATER, firstName }, brand)),
  ];
}
