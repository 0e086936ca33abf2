import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { notificationsHandler } from './notifications.handler.ts';
import './notification.type.ts';
import './mark-notification-read.mutation.ts';
import './mark-all-notifications-read.mutation.ts';
import './notifications.subscription.ts';
import { notificationsPersonalData } from './personal-data.ts';

export const notificationsModule: ModuleManifest = {
  name: 'notifications',
  entities: [],
  events: [],
  personalData: notificationsPersonalData,
  permissions: [],
  handlers: () => [notificationsHandler],
};
