import type { z } from 'zod';
import type { EventData } from './domain-event.ts';
import { sensitivePathsOf } from './sensitive-field.ts';

/** Turns the data of one schema version into that of the next. Pure. */
export type Upcaster = (data: EventData) => EventData;

export interface EventDefinition<Type extends string = string, Data extends z.ZodObject = z.ZodObject> {
  /** SCREAMING_SNAKE, past tense; the GraphQL type is its PascalCase. */
  readonly type: Type;
  readonly aggregateType: string;
  /** Of `data`; starts at 1 and is raised with every change of a published shape. */
  readonly schemaVersion: number;
  readonly data: Data;
  /** The id of the person an event is about, or null. */
  readonly subject: (data: z.output<Data>, aggregateId: string) => string | null;
  /** Paths in the data of what is stored encrypted, under the subject's key: the fields marked `sensitive`. */
  readonly sensitive: readonly string[];
  /** From each older schema version to the one after it. */
  readonly upcasters: ReadonlyMap<number, Upcaster>;
}

export type EventDataOf<Definition> = Definition extends EventDefinition<string, infer Data> ? z.output<Data> : never;

interface EventOptions<Type extends string, Data extends z.ZodObject> {
  readonly type: Type;
  readonly aggregateType: string;
  readonly schemaVersion?: number;
  readonly data: Data;
  readonly subject?: (data: z.output<Data>, aggregateId: string) => string | null;
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

/**
 * Declares one event of the catalogue: its TypeScript type, run-time validation, GraphQL type, printed contract and
 * upcasters all follow from this. Throws at start when an upcaster between version 1 and the current one is missing, or personal data
 * has no subject.
 */
export function defineEvent<const Type extends string, Data extends z.ZodObject>(
  options: EventOptions<Type, Data>,
): EventDefinition<Type, Data> {
  const schemaVersion = options.schemaVersion ?? 1;
  const upcasters = new Map(
    Object.entries(options.upcasters ?? {}).map(([version, upcaster]) => [Number(version), upcaster]),
  );
  for (let version = 1; version < schemaVersion; version++) {
    if (!upcasters.has(version)) throw new Error(`${options.type}: no upcaster from schema version ${version}`);
  }
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(options.type))
    throw new Error(`${options.type}: not a SCREAMING_SNAKE name`);
  const sensitive = sensitivePathsOf(options.data, options.type);
  if (sensitive.length > 0 && !options.subject)
    throw new Error(`${options.type}: holds personal data, so it must say whose (subject).`);
  return {
    type: options.type,
    aggregateType: options.aggregateType,
    schemaVersion,
    data: options.data.strict() as Data,
    subject: options.subject ?? (() => null),
    sensitive,
    upcasters,
  };
}
