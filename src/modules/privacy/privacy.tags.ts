import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { UserDataErased } from './erasure.events.ts';
import { UserDataExported } from './export.events.ts';

export const privacyTags: readonly TagRule[] = [
  // Rare, and not the moment to reason about where something of a person may be left.
  ...defineTags([UserDataErased], () => null),
  ...defineTags([UserDataExported], () => []),
];
