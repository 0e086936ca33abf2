import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/**
 * The shape that clients count on for every mutation: `XResult = XPayload | ValidationError | …`, where the payload
 * implements MutationPayload and every other member implements Error. Returns one sentence for each that differs.
 */
export function findOddResults(schema: GraphQLSchema): string[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
    const result = getNamedType(field.type);
    if (!isUnionType(result) || !result.name.endsWith('Result'))
      return [`Mutation.${field.name} must return a union named …Result, not ${result.name}.`];
    const payloadName = result.name.replace(/Result$/, 'Payload');
    const payload = result.getTypes().find((member) => member.name === payloadName);
    const others = result.getTypes().filter((member) => member !== payload);
    return [
      ...(payload
        ? missingInterface(payload, 'MutationPayload', schema)
        : [`${result.name} must have the member ${payloadName}.`]),
      ...others.flatMap((member) => missingInterface(member, 'Error', schema)),
    ];
  });
}

function missingInterface(member: GraphQLObjectType, name: string, schema: GraphQLSchema): string[] {
  const wanted = schema.getType(name);
  const has = isObjectType(member) && isInterfaceType(wanted) && schema.isSubType(wanted, member);
  return has ? [] : [`${member.name} must implement ${name}.`];
}
