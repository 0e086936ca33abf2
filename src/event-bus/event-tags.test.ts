import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '../event-store/define-event.ts';
import type { RecordedEvent } from '../event-store/domain-event.ts';
import { defineTags, EventTags } from './event-tags.ts';

const Planted = defineEvent({ type: 'TREE_PLANTED', aggregateType: 'Tree', data: z.object({ gardenId: z.string() }) });
const Felled = defineEvent({ type: 'TREE_FELLED', aggregateType: 'Tree', data: z.object({}) });
const Burnt = defineEvent({ type: 'FOREST_BURNT', aggregateType: 'Forest', data: z.object({}) });

const tags = new EventTags([
  ...defineTags([Planted], ({ gardenId }) => ['trees', `garden:${gardenId}`]),
  ...defineTags([Felled], () => []),
  ...defineTags([Burnt], () => null),
]);

function event(type: string, overrides: Partial<RecordedEvent> = {}): RecordedEvent {
  return {
    id: v7(),
    type,
    schemaVersion: 1,
    aggregateType: 'Tree',
    aggregateId: '1',
    subjectId: null,
    version: 1,
    commandId: v7(),
    timestamp: '2026-11-23T00:00:00.000Z',
    data: {},
    metadata: { userId: null, correlationId: v7(), causationId: null, ipAddress: null, userAgent: null },
    ...overrides,
  };
}

test('an event touches its aggregate and what its rule names', () => {
  expect(tags.of(event('TREE_PLANTED', { data: { gardenId: '7' } }))).toEqual(['Tree:1', 'trees', 'garden:7']);
  expect(tags.of(event('TREE_FELLED'))).toEqual(['Tree:1']);
});

test('an event touches everything when its rule says so, when it has none, and when a newer program recorded it', () => {
  expect(tags.of(event('FOREST_BURNT'))).toBeNull();
  expect(tags.of(event('TREE_RENAMED'))).toBeNull();
  expect(tags.of(event('TREE_PLANTED', { schemaVersion: 2 }))).toBeNull();
});

test('two rules for one event are refused', () => {
  const twice = [...defineTags([Felled], () => []), ...defineTags([Felled], () => ['trees'])];
  expect(() => new EventTags(twice)).toThrow('one event type');
});
