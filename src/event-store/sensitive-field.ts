import { z } from 'zod';

/** What stands in the place of a sensitive value for who may not read it. */
export const REDACTED = '[redacted]';
/** The same once the key is shredded, for everybody. */
export const ERASED = '[erased]';
/** The same where the ciphertext was moved, altered, or its key is not at hand. */
export const UNREADABLE = '[unreadable]';

const PLACEHOLDERS: ReadonlySet<unknown> = new Set([REDACTED, ERASED, UNREADABLE]);

/** Whether something stands there instead of a value: nobody is called so, and no mail gets there. */
export function isHidden(value: unknown): boolean {
  return PLACEHOLDERS.has(value);
}

// A registry of our own rather than zod's metadata, which would be printed into the published schema.
const marked = new WeakSet<z.ZodType>();

/** Marks text in event data as personal: stored encrypted under the key of the event's subject, see event-encryption.ts. */
export function sensitive<Schema extends z.ZodString | z.ZodNullable<z.ZodString>>(schema: Schema): Schema {
  marked.add(schema);
  return schema;
}

/**
 * The paths of the marked fields: `user.email`.
 *
 * @throws Error for one inside a list or a record, where it has no fixed path.
 */
export function sensitivePathsOf(schema: z.ZodObject, place: string): readonly string[] {
  return Object.entries(schema.shape).flatMap(([name, inner]) => {
    const field = inner as unknown as z.ZodType;
    if (marked.has(field)) return [name];
    const object = plainOf(field);
    if (object instanceof z.ZodObject) return sensitivePathsOf(object, place).map((path) => `${name}.${path}`);
    if (object instanceof z.ZodArray && holdsMarked(object.element)) {
      throw new Error(`${place}.${name}: a sensitive field cannot stand in a list.`);
    }
    return [];
  });
}

function plainOf(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? plainOf(schema.unwrap()) : schema;
}

function holdsMarked(schema: unknown): boolean {
  if (schema instanceof z.ZodType && marked.has(schema)) return true;
  const plain = plainOf(schema);
  if (plain instanceof z.ZodArray) return holdsMarked(plain.element);
  return plain instanceof z.ZodObject && Object.values(plain.shape).some(holdsMarked);
}
