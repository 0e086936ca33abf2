import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { UserDataErased } from './erasure.events.ts';
import { UserDataExported } from './export.events.ts';
import { PRIVACY_PERMISSIONS } from './privacy.policy.ts';
import { privacyTags } from './privacy.tags.ts';
import './erase-user.mutation.ts';
import './export-user-data.mutation.ts';

export const privacyModule: ModuleManifest = {
  name: 'privacy',
  entities: [],
  events: [UserDataErased, UserDataExported],
  cacheTags: privacyTags,
  permissions: PRIVACY_PERMISSIONS,
};
