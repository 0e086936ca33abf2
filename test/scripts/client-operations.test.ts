import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { findMissingOperations, findOperationFaults, printOperationMap } from '../../scripts/client-operations.ts';
import { documentWithScalarEvents } from '../../scripts/events-as-scalar.ts';

const schema = buildSchema(`
  type Query { me: User, event: DomainEvent }
  type Mutation { touch(id: ID!): User }
  type Subscription { me: User }
  type User { id: ID! name: String }
  interface DomainEvent { id: ID! cursor: String }
  type UserCreated implements DomainEvent { id: ID! cursor: String }
`);

const EVENT_FRAGMENT = { DomainEvent: 'fragment DomainEvent on DomainEvent { id cursor }' };

function files(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([name, text]) => ({ name, document: parse(text, { noLocation: true }) }));
}

function faults(texts: Readonly<Record<string, string>>): string[] {
  return findOperationFaults(schema, files(texts));
}

describe('the operations of the SDK', () => {
  test('are one of one root field to a file, of the file’s name', () => {
    expect(faults({ Me: 'query Me { me { id } }' })).toEqual([]);
    expect(faults({ Me: 'query Myself { me { id } }' })).toEqual(['Me: what is in it must have the file’s name.']);
    expect(faults({ Me: 'query Me { me { id } event { ...DomainEvent } }', ...EVENT_FRAGMENT })).toEqual([
      'Me: the SDK gives the value of one root field, without alias.',
    ]);
    expect(faults({ Me: 'query Me { myself: me { id } }' })).toEqual([
      'Me: the SDK gives the value of one root field, without alias.',
    ]);
    expect(faults({ Me: 'query Me { me { id } } query You { me { id } }' })).toEqual([
      'Me: one operation or one fragment to a file.',
    ]);
  });

  test('are valid', () => {
    expect(faults({ Me: 'query Me { me { age } }' })).toEqual([
      expect.stringContaining('Cannot query field "age" on type "User".'),
    ]);
  });

  test('are methods of different names', () => {
    expect(faults({ Me: 'query Me { me { id } }', me: 'subscription me { me { id } }' })).toEqual([
      'me and Me would be one method of the client.',
    ]);
  });

  test('select an event whole', () => {
    expect(faults({ Event: 'query Event { event { ...DomainEvent } }', ...EVENT_FRAGMENT })).toEqual([]);
    expect(faults({ Event: 'query Event { event { id } }' })).toEqual([
      'event: select an event as { ...DomainEvent }, without more or less.',
    ]);
  });

  test('leave no root field out unseen', () => {
    expect(findMissingOperations(schema, files({ Me: 'query Me { me { id } }' }))).toEqual([
      'query event',
      'mutation touch',
      'subscription me',
    ]);
  });
});

test('documents are printed without superfluous characters, each with the fragments it uses', () => {
  const printed = printOperationMap(
    files({ Event: 'query Event { event { ...DomainEvent } }', Me: 'query Me { me { name } }', ...EVENT_FRAGMENT }),
  );
  expect(printed).toContain("const DomainEventText = 'fragment DomainEvent on DomainEvent{id cursor}';");
  expect(printed).toContain(
    "event: typed<EventQuery, EventQueryVariables>('query Event{event{...DomainEvent}}' + DomainEventText),",
  );
  expect(printed).toContain("me: typed<MeQuery, MeQueryVariables>('query Me{me{name}}'),");
});

test('to the generator of types an event is a leaf', () => {
  const document = parse('query Event { event { ...DomainEvent } } fragment DomainEvent on DomainEvent { id }');
  const [operation, ...others] = documentWithScalarEvents(schema, document).definitions;
  expect(others).toEqual([]);
  expect(operation).toMatchObject({ selectionSet: { selections: [{ name: { value: 'event' } }] } });
  expect(JSON.stringify(operation)).not.toContain('FragmentSpread');
});
