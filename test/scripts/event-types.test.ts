import { expect, test } from 'vitest';
import { type EventContract, printEventTypes } from '../../scripts/event-types.ts';

type Data = EventContract[string][string]['data'];

function event(data: Data): EventContract[string][string] {
  return { aggregateType: 'Note', data };
}

const person: Data = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const about = (properties: Data['properties']): Data => ({
  type: 'object',
  properties: properties ?? {},
  required: Object.keys(properties ?? {}),
});

test('the newest version counts, by number', () => {
  const printed = printEventTypes({
    NOTE_WRITTEN: {
      9: event(about({ old: { type: 'string' } })),
      10: event(about({ text: { type: 'string' } })),
    },
  });
  expect(printed).toContain(
    "export type NoteWritten = RecordedEvent<'NOTE_WRITTEN', 'Note', { readonly text: string }>;",
  );
  expect(printed).not.toContain('old');
});

test('each kind of schema has its type', () => {
  const printed = printEventTypes({
    NOTE_WRITTEN: {
      1: event({
        ...about({
          author: { $ref: '#/$defs/Person' },
          reader: { anyOf: [{ $ref: '#/$defs/Person' }, { type: 'null' }] },
          length: { type: 'integer' },
          pinned: { type: 'boolean' },
          kind: { enum: ['LONG', 'SHORT'] },
          title: { type: ['string', 'null'] },
          tags: { type: 'array', items: { type: 'string' } },
          counts: { type: 'object', additionalProperties: { type: 'number' } },
          rest: {},
        }),
        $defs: { Person: person },
        required: ['author', 'reader', 'length', 'kind', 'title', 'tags', 'counts', 'rest'],
      }),
    },
  });
  expect(printed).toContain('export type Person = { readonly name: string };');
  for (const field of [
    'readonly author: Person',
    'readonly reader: Person | null',
    'readonly length: number',
    'readonly pinned?: boolean',
    'readonly kind: "LONG" | "SHORT"',
    'readonly title: string | null',
    'readonly tags: ReadonlyArray<string>',
    'readonly counts: Readonly<Record<string, number>>',
    'readonly rest: unknown',
  ]) {
    expect(printed).toContain(field);
  }
});

test('a name that means two things, and a schema that has no type, are refused', () => {
  const contract = (second: Data): EventContract => ({
    NOTE_READ: { 1: event({ ...about({ by: { $ref: '#/$defs/Person' } }), $defs: { Person: second } }) },
    NOTE_WRITTEN: { 1: event({ ...about({ by: { $ref: '#/$defs/Person' } }), $defs: { Person: person } }) },
  });
  expect(() => printEventTypes(contract(about({ id: { type: 'string' } })))).toThrow(
    'Two events mean different things by Person.',
  );
  expect(() => printEventTypes(contract(person))).not.toThrow();
  expect(() => printEventTypes({ NOTE_READ: { 1: event(about({ at: { type: 'date' } })) } })).toThrow(
    'There is no type for {"type":"date"}.',
  );
});
