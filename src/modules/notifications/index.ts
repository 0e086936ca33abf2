import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { notificationsHandler } from './notifications.handler.ts';
import './notification.type.ts';
import './mark-notification-read.mutation.ts';
import './mark-all-notifications-read.mutation.ts';
import './notifications.subscription.ts';

export const notificationsModule: ModuleManifest = {
  name: 'notifications',
  entities: [],
  events: [],
  permissions: [],
  handlers: () => [notificationsHandler],
};
