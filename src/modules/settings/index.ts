import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { UserSettings } from './settings.entity.ts';
import { UserSettingsCreated, UserSettingsDeleted, UserSettingsUpdated } from './settings.events.ts';
import { settingsTags } from './settings.tags.ts';
import './settings.type.ts';
import './update-settings.mutation.ts';

export const settingsModule: ModuleManifest = {
  name: 'settings',
  entities: [UserSettings],
  events: [UserSettingsCreated, UserSettingsUpdated, UserSettingsDeleted],
  cacheTags: settingsTags,
  permissions: [],
};
