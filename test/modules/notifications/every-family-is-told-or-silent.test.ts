import { expect, it } from 'vitest';
import { eventCatalogue } from '../../../src/catalogue.ts';
import { NOTICES, SILENT_EVENTS } from '../../../src/modules/notifications/notices.ts';

const FAMILIES = /^(USERS?|ORDER|PAYMENT|SYSTEM_MAINTENANCE)_/;

it('tells people of every event of the families, or says that it does not', () => {
  const known = [...NOTICES.map((rule) => rule.definition), ...SILENT_EVENTS];
  expect(new Set(known).size).toBe(known.length);
  const missing = eventCatalogue.filter((definition) => FAMILIES.test(definition.type) && !known.includes(definition));
  expect(missing.map(({ type }) => type)).toEqual([]);
});
