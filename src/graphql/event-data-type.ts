import type { ObjectRef, OutputRef } from '@pothos/core';
import { z } from 'zod';
import { builder, type BuilderTypes } from './builder.ts';
import { VIEWER_INDEPENDENT as extensions } from './viewer-independent.ts';

/**
 * GraphQL output types for event data, derived from its zod schema, so that an event is declared once. Objects need a
 * name: `z.object({…}).meta({ id: 'UserSnapshot' })`.
 */

type ScalarName = 'String' | 'ID' | 'Int' | 'Float' | 'Boolean' | 'DateTime' | 'SafeInt' | 'JSON';
type FieldType = ScalarName | OutputRef | [ScalarName | OutputRef];

export interface OutputField {
  readonly type: FieldType;
  readonly nullable: boolean;
}

const objects = new Map<string, OutputRef>();

/** @throws Error naming the place when the schema has no GraphQL counterpart: the build fails, not a request. */
export function outputFieldOf(schema: unknown, place: string): OutputField {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return { type: outputFieldOf(schema.unwrap(), place).type, nullable: true };
  }
  if (schema instanceof z.ZodArray) {
    const item = outputFieldOf(schema.element, place);
    if (item.nullable || Array.isArray(item.type)) throw new Error(`${place}: lists hold plain, non-null items.`);
    return { type: [item.type], nullable: false };
  }
  return { type: schema instanceof z.ZodObject ? objectOf(schema, place) : scalarOf(schema, place), nullable: false };
}

function scalarOf(schema: unknown, place: string): ScalarName {
  if (schema instanceof z.ZodUUID) return 'ID';
  if (schema instanceof z.ZodISODateTime) return 'DateTime';
  if (schema instanceof z.ZodBoolean) return 'Boolean';
  if (schema instanceof z.ZodNumberFormat) return schema.format === 'int32' ? 'Int' : 'SafeInt';
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return 'String';
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return 'String';
  if (schema instanceof z.ZodRecord || schema instanceof z.ZodUnknown) return 'JSON';
  throw new Error(`${place}: this zod type has no GraphQL counterpart.`);
}

/** The GraphQL type of a named object of event data, for fields that show the same outside of events. */
export function snapshotType<Schema extends z.ZodObject>(schema: Schema): ObjectRef<BuilderTypes, z.output<Schema>> {
  return objectOf(schema, 'A type') as ObjectRef<BuilderTypes, z.output<Schema>>;
}

function objectOf(schema: z.ZodObject, place: string): OutputRef {
  const name = schema.meta()?.id;
  if (!name) throw new Error(`${place}: an object in event data needs a name, given with .meta({ id }).`);
  const known = objects.get(name);
  if (known) return known;
  const ref = builder.objectRef<Record<string, unknown>>(name);
  objects.set(name, ref);
  ref.implement({
    guardedByParent: true,
    fields: (t) =>
      Object.fromEntries(
        Object.entries(schema.shape).map(([field, inner]) => {
          const { type, nullable } = outputFieldOf(inner, `${name}.${field}`);
          return [field, t.field({ type, nullable, extensions, resolve: (value) => value[field] as never })];
        }),
      ),
  });
  return ref;
}
