import { expect, it } from 'vitest';
import { eventCatalogue } from '../../../src/catalogue.ts';
import { AUDIT_RULES } from '../../../src/modules/audit/audit-rules.ts';

const FAMILIES =
  /^(USERS?|ROLE|PERMISSION|ORDER|PAYMENT|SYSTEM|REPLAY|HANDLER|DEAD_LETTERS?|PROJECTION|WEBHOOK|MAINTENANCE)_|_ERASED$|_EXPORTED$|_FAILED$/;

it('audits every event of the families that must be audited', () => {
  const audited = new Set(AUDIT_RULES.map((rule) => rule.definition.type));
  const missing = eventCatalogue.map(({ type }) => type).filter((type) => FAMILIES.test(type) && !audited.has(type));
  expect(missing).toEqual([]);
});

it('has one rule for each event, of the definition in the catalogue', () => {
  const definitions = AUDIT_RULES.map((rule) => rule.definition);
  expect(new Set(definitions).size).toBe(definitions.length);
  expect(definitions.filter((definition) => !eventCatalogue.includes(definition)).map(({ type }) => type)).toEqual([]);
});
