import type { z } from 'zod';
import { ValidationError } from '../errors.ts';

/** Checks a mutation's input; every refused field is named. @throws ValidationError */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationError(
    result.error.issues.map((issue) => ({ path: issue.path.map(String), message: issue.message })),
  );
}
