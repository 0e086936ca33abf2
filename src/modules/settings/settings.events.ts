import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const settingsSnapshot = z
  .strictObject({
    id: z.uuid(),
    userId: z.uuid(),
    theme: z.enum(THEMES),
    /** As in BCP 47: `en`, `pt-BR`. */
    language: z.string(),
    emailNotifications: z.boolean(),
    smsNotifications: z.boolean(),
    marketingEmails: z.boolean(),
    version: z.int32(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserSettingsSnapshot' });
export type SettingsSnapshot = z.output<typeof settingsSnapshot>;

export const UserSettingsCreated = defineEvent({
  type: 'USER_SETTINGS_CREATED',
  aggregateType: 'UserSettings',
  data: z.object({ settings: settingsSnapshot }),
  subject: ({ settings }) => settings.userId,
});

export const UserSettingsUpdated = defineEvent({
  type: 'USER_SETTINGS_UPDATED',
  aggregateType: 'UserSettings',
  data: z.object({ settings: settingsSnapshot, previousData: settingsSnapshot }),
  subject: ({ settings }) => settings.userId,
});

/** They go with the account, or with a registration that failed. */
export const UserSettingsDeleted = defineEvent({
  type: 'USER_SETTINGS_DELETED',
  aggregateType: 'UserSettings',
  data: z.object({ settingsId: z.uuid(), previousData: settingsSnapshot }),
  subject: ({ previousData }) => previousData.userId,
});
