import { expect, test } from 'vitest';
import { cacheTags, eventCatalogue } from '../src/catalogue.ts';
import { EventTags } from '../src/event-bus/event-tags.ts';

test('every event of the catalogue says which cached answers it makes old', () => {
  expect(() => new EventTags(cacheTags)).not.toThrow();
  expect(cacheTags.map((rule) => rule.definition.type).sort()).toEqual(eventCatalogue.map(({ type }) => type).sort());
});
