import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { UserSettingsCreated, UserSettingsDeleted, UserSettingsUpdated } from './settings.events.ts';

/** Nothing of them is cached. */
export const settingsTags: readonly TagRule[] = defineTags(
  [UserSettingsCreated, UserSettingsUpdated, UserSettingsDeleted],
  () => [],
);
