import { assertValidSchema, type GraphQLSchema } from 'graphql';
import { eventCatalogue } from './catalogue.ts';
import { EventCatalogue } from './event-store/event-catalogue.ts';
import { builder } from './graphql/builder.ts';
import { implementDomainEvents } from './graphql/domain-event.type.ts';
import './graphql/error.type.ts';
import { useStrictIds } from './graphql/scalars.ts';

let schema: GraphQLSchema | null = null;

/** The GraphQL schema of all modules. @throws Error when a field lacks an authorization rule. */
export function buildSchema(): GraphQLSchema {
  if (schema) return schema;
  useStrictIds();
  implementDomainEvents(new EventCatalogue(eventCatalogue));
  schema = builder.toSchema();
  assertValidSchema(schema);
  return schema;
}
