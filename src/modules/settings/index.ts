import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { UserSettings } from './settings.entity.ts';
import { UserSettingsCreated, UserSettingsDeleted, UserSettingsUpdated } from './settings.events.ts';
import { settingsTags } from './settings.tags.ts';
import './settings.type.ts';
import './update-settings.mutation.ts';
import { settingsPersonalData } from './personal-data.ts';

export const settingsModule: ModuleManifest = {
  name: 'settings',
  entities: [UserSettings],
  events: [UserSettingsCreated, UserSettingsUpdated, UserSettingsDeleted],
  cacheTags: settingsTags,
  personalData: settingsPersonalData,
  permissions: [],
};
