import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { OrderCancelled, OrderCreated, OrderUpdated } from './order.events.ts';
import { orderPaymentSaga } from './order-payment.saga.ts';
import { ORDER_PERMISSIONS } from './order.policy.ts';
import { orderTags } from './order.tags.ts';
import './order.type.ts';
import './orders.query.ts';
import './create-order.mutation.ts';
import './update-order.mutation.ts';
import './cancel-order.mutation.ts';
import './cancel-orders.mutation.ts';
import './order-updated.subscription.ts';
import { ordersPersonalData } from './personal-data.ts';

export const ordersModule: ModuleManifest = {
  name: 'orders',
  // Orders are the fold of their events; the rows of `app_order` are written by `orders` itself.
  entities: [],
  events: [OrderCreated, OrderUpdated, OrderCancelled],
  cacheTags: orderTags,
  personalData: ordersPersonalData,
  permissions: ORDER_PERMISSIONS,
  sagas: (services) => [orderPaymentSaga(services)],
};
