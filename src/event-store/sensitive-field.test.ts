import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { sensitive, sensitivePathsOf } from './sensitive-field.ts';

const person = z.object({ id: z.uuid(), name: sensitive(z.string()), nick: sensitive(z.string().nullable()) });

describe('sensitive fields', () => {
  it('are found by their paths wherever the object stands that has them', () => {
    const data = z.object({ person, previous: person.nullable(), note: z.string(), reason: sensitive(z.string()) });
    expect(sensitivePathsOf(data, 'A')).toEqual([
      'person.name',
      'person.nick',
      'previous.name',
      'previous.nick',
      'reason',
    ]);
  });

  it('do not show in the published schema', () => {
    expect(z.toJSONSchema(z.object({ name: sensitive(z.string()) }))).toEqual(
      z.toJSONSchema(z.object({ name: z.string() })),
    );
  });

  it('have no place in a list', () => {
    expect(() => sensitivePathsOf(z.object({ people: z.array(person) }), 'A')).toThrow(
      'A.people: a sensitive field cannot stand in a list.',
    );
  });

  it('need somebody whose they are', () => {
    const options = { type: 'PERSON_SEEN', aggregateType: 'Person', data: z.object({ person }) } as const;
    expect(() => defineEvent(options)).toThrow('PERSON_SEEN: holds personal data, so it must say whose (subject).');
    expect(defineEvent({ ...options, subject: ({ person: { id } }) => id }).sensitive).toEqual([
      'person.name',
      'person.nick',
    ]);
  });
});
