import { z } from 'zod';
import { printCanonicalJson, type Json } from './canonical-json.ts';

/** What the contract needs to know of an event definition. */
export interface ContractEvent {
  readonly type: string;
  readonly aggregateType: string;
  readonly schemaVersion: number;
  readonly data: z.ZodObject;
}

interface EventVersion {
  readonly aggregateType: string;
  /** JSON Schema (2020-12) of the event's `data`. */
  readonly data: Json;
}

/** The contents of schema/events.json: event type → schema version → shape. */
export type EventContract = Readonly<Record<string, Readonly<Record<string, EventVersion>>>>;

const EventContractShape = z.record(
  z.string(),
  z.record(z.string(), z.strictObject({ aggregateType: z.string(), data: z.json() })),
);

/** Throws when the text is no contract. */
export function parseEventContract(text: string): EventContract {
  return EventContractShape.parse(JSON.parse(text));
}

export function printEventContract(contract: EventContract): string {
  const plain: Json = Object.fromEntries(
    Object.entries(contract).map(([type, versions]) => [
      type,
      Object.fromEntries(
        Object.entries(versions).map(([version, { aggregateType, data }]) => [version, { aggregateType, data }]),
      ),
    ]),
  );
  return printCanonicalJson(plain);
}

/** The current version of every event in the catalogue. */
export function describeEvents(catalogue: readonly ContractEvent[]): EventContract {
  return Object.fromEntries(
    catalogue.map((event) => [
      event.type,
      { [event.schemaVersion]: { aggregateType: event.aggregateType, data: describeData(event.data) } },
    ]),
  );
}

export interface ContractMerge {
  /** The published versions and the current ones together. */
  readonly contract: EventContract;
  /** One sentence for each published version that the catalogue would edit or take away. */
  readonly violations: readonly string[];
}

/**
 * Adds the catalogue to what is published. Stored events keep the shape of the version they were written in, so a
 * published version stays as it is for ever: a changed shape needs a new schemaVersion and an upcaster.
 */
export function mergeEventContract(published: EventContract, catalogue: readonly ContractEvent[]): ContractMerge {
  const current = describeEvents(catalogue);
  const violations: string[] = [];
  const contract: Record<string, Record<string, EventVersion>> = {};
  for (const type of new Set([...Object.keys(published), ...Object.keys(current)])) {
    const before = published[type] ?? {};
    const now = current[type] ?? {};
    violations.push(...findViolations(type, before, now));
    contract[type] = { ...before, ...now };
  }
  return { contract, violations };
}

function findViolations(
  type: string,
  published: Readonly<Record<string, EventVersion>>,
  current: Readonly<Record<string, EventVersion>>,
): string[] {
  const versions = Object.keys(current).map(Number);
  const newestPublished = Math.max(0, ...Object.keys(published).map(Number));
  if (versions.length === 0)
    return [`${type} is published but no longer in the catalogue: stored events of it could not be read.`];
  return versions.flatMap((version) => {
    const before = published[version];
    const now = current[version];
    if (version < newestPublished)
      return [`${type} stands at schemaVersion ${version}, but ${newestPublished} is published already.`];
    if (before && now && printVersion(before) !== printVersion(now)) {
      return [
        `${type}, schemaVersion ${version}, is published and must not be edited: raise schemaVersion and add an upcaster.`,
      ];
    }
    return [];
  });
}

function printVersion(version: EventVersion): string {
  return printCanonicalJson({ aggregateType: version.aggregateType, data: version.data });
}

function describeData(data: z.ZodObject): Json {
  const described = z.toJSONSchema(data, { io: 'output', unrepresentable: 'throw' });
  return z.json().parse(JSON.parse(JSON.stringify({ ...described, $schema: undefined }), sortRequired));
}

// The order of properties in the source is no part of the contract.
function sortRequired(key: string, value: unknown): unknown {
  return key === 'required' && Array.isArray(value) ? value.map(String).toSorted() : value;
}
