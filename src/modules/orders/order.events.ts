import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';
import { sensitive } from '../../event-store/sensitive-field.ts';

const ORDER_STATUSES = ['PENDING', 'PAID', 'CANCELLED'] as const;

/** A whole number of the currency's minor unit, with its ISO 4217 code. */
export const money = z
  .strictObject({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) })
  .meta({ id: 'Money' });
export type Money = z.output<typeof money>;

const orderLineSnapshot = z
  .strictObject({ sku: z.string(), name: z.string(), quantity: z.int32(), unitPrice: money })
  .meta({ id: 'OrderLineSnapshot' });

const orderSnapshot = z
  .strictObject({
    id: z.uuid(),
    orderNumber: z.string(),
    customerId: z.uuid(),
    lines: z.array(orderLineSnapshot),
    total: money,
    status: z.enum(ORDER_STATUSES),
    version: z.int32(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'OrderSnapshot' });
export type OrderSnapshot = z.output<typeof orderSnapshot>;

const aboutCustomer = ({ order }: { readonly order: OrderSnapshot }): string => order.customerId;

export const OrderCreated = defineEvent({
  type: 'ORDER_CREATED',
  aggregateType: 'Order',
  data: z.object({ order: orderSnapshot }),
  subject: aboutCustomer,
});

export const OrderUpdated = defineEvent({
  type: 'ORDER_UPDATED',
  aggregateType: 'Order',
  data: z.object({ order: orderSnapshot, previousData: orderSnapshot }),
  subject: aboutCustomer,
});

/** `REQUESTED`: somebody asked for it. `EXPIRED`: nobody paid in time. */
const CANCELLATIONS = ['REQUESTED', 'EXPIRED'] as const;
export type Cancellation = (typeof CANCELLATIONS)[number];

export const OrderCancelled = defineEvent({
  type: 'ORDER_CANCELLED',
  aggregateType: 'Order',
  schemaVersion: 2,
  upcasters: {
    // Orders did not expire yet.
    1: (data) => ({ ...data, cancellation: 'REQUESTED' }),
  },
  data: z.object({
    order: orderSnapshot,
    previousData: orderSnapshot,
    cancellation: z.enum(CANCELLATIONS),
    /** In words. */
    reason: sensitive(z.string()),
  }),
  subject: aboutCustomer,
});
