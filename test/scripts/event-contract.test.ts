import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  mergeEventContract,
  parseEventContract,
  printEventContract,
  type ContractEvent,
} from '../../scripts/event-contract.ts';

const created: ContractEvent = {
  type: 'USER_CREATED',
  aggregateType: 'User',
  schemaVersion: 1,
  data: z.strictObject({ id: z.string(), email: z.string() }),
};
const published = mergeEventContract({}, [created]).contract;

describe('the event contract', () => {
  test('survives printing and parsing', () => {
    expect(parseEventContract(printEventContract(published))).toEqual(published);
  });

  test('does not depend on the order of properties', () => {
    const reordered = { ...created, data: z.strictObject({ email: z.string(), id: z.string() }) };
    expect(mergeEventContract(published, [reordered]).violations).toEqual([]);
  });

  test('refuses an edited published version', () => {
    const edited = { ...created, data: z.strictObject({ id: z.string() }) };
    expect(mergeEventContract(published, [edited]).violations).toEqual([
      'USER_CREATED, schemaVersion 1, is published and must not be edited: raise schemaVersion and add an upcaster.',
    ]);
  });

  test('refuses another aggregate type for a published version', () => {
    expect(mergeEventContract(published, [{ ...created, aggregateType: 'Account' }]).violations).toHaveLength(1);
  });

  test('takes a new version and keeps the old one', () => {
    const next = { ...created, schemaVersion: 2, data: z.strictObject({ id: z.string() }) };
    const merge = mergeEventContract(published, [next]);
    expect(merge.violations).toEqual([]);
    expect(Object.keys(merge.contract['USER_CREATED'] ?? {})).toEqual(['1', '2']);
    expect(merge.contract['USER_CREATED']?.['1']).toEqual(published['USER_CREATED']?.['1']);
  });

  test('refuses a version below the newest published one', () => {
    const later = mergeEventContract(published, [{ ...created, schemaVersion: 2 }]).contract;
    expect(mergeEventContract(later, [created]).violations).toEqual([
      'USER_CREATED stands at schemaVersion 1, but 2 is published already.',
    ]);
  });

  test('refuses the loss of a published type and keeps its entry', () => {
    const merge = mergeEventContract(published, []);
    expect(merge.violations).toEqual([
      'USER_CREATED is published but no longer in the catalogue: stored events of it could not be read.',
    ]);
    expect(merge.contract).toEqual(published);
  });
});
