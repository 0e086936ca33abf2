import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { PaymentFailed, PaymentProcessed, PaymentStarted } from './payment.events.ts';
import { PAYMENT_PERMISSIONS } from './payment.policy.ts';
import { paymentTags } from './payment.tags.ts';
import './payment.type.ts';
import './payments.query.ts';
import './process-payment.mutation.ts';
import { paymentsPersonalData } from './personal-data.ts';

export const paymentsModule: ModuleManifest = {
  name: 'payments',
  // Payments are the fold of their events; the rows of `payment` are written by `payments` itself.
  entities: [],
  events: [PaymentStarted, PaymentProcessed, PaymentFailed],
  cacheTags: paymentTags,
  personalData: paymentsPersonalData,
  permissions: PAYMENT_PERMISSIONS,
};
