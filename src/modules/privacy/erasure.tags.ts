import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { UserDataErased } from './erasure.events.ts';

/** Rare, and not the moment to reason about where something of a person may be left. */
export const erasureTags: readonly TagRule[] = defineTags([UserDataErased], () => null);
