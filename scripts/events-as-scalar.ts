import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const EVENT = 'DomainEvent';

/**
 * The schema and a document as the generator of types shall see them: an event is a scalar, whose type is the union made
 * from schema/events.json. Left to itself, the generator writes out one member for each event type wherever an
 * operation selects events, and knows none of their data.
 */
export function schemaWithScalarEvents(schema: DocumentNode): DocumentNode {
  const isEvent = (definition: ObjectTypeDefinitionNode): boolean =>
    definition.interfaces?.some(({ name }) => name.value === EVENT) ?? false;
  return visit(schema, {
    InterfaceTypeDefinition: (definition) =>
      definition.name.value === EVENT
        ? { kind: Kind.SCALAR_TYPE_DEFINITION, name: { kind: Kind.NAME, value: EVENT } }
        : undefined,
    ObjectTypeDefinition: (definition) => (isEvent(definition) ? null : undefined),
  });
}

/** `schema` is the real one. */
export function documentWithScalarEvents(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      FragmentDefinition: (definition) => (definition.typeCondition.name.value === EVENT ? null : undefined),
      Field(field) {
        if (getNamedType(info.getType())?.name !== EVENT) return undefined;
        const { selectionSet: _whole, ...leaf } = field;
        return leaf;
      },
    }),
  );
}
