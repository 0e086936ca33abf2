import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';

/**
 * Every root field and every field of an object type must say who may read it, in its own `authScopes` or its type's.
 * Types that are only reached through a guarded field (payloads, connections, snapshots) say so with `guardedByParent`.
 * A field without a rule fails the build of the schema.
 */
class DenyByDefaultPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.graphqlKind === 'Interface' || hasRule(field.pothosOptions)) return field;
    const type = this.buildCache.getTypeConfig(field.parentType);
    if (
      field.kind !== 'Query' &&
      field.kind !== 'Mutation' &&
      field.kind !== 'Subscription' &&
      hasRule(type.pothosOptions)
    ) {
      return field;
    }
    throw new Error(`${field.parentType}.${field.name} has no authorization rule.`);
  }
}

function hasRule(options: object): boolean {
  return ('authScopes' in options && options.authScopes !== undefined) || 'guardedByParent' in options;
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      denyByDefault: DenyByDefaultPlugin<Types>;
    }
    export interface BaseTypeOptions<Types extends SchemaTypes = SchemaTypes> {
      /** Reached only through fields that have a rule of their own. */
      guardedByParent?: true;
    }
  }
}

SchemaBuilder.registerPlugin('denyByDefault', DenyByDefaultPlugin);
