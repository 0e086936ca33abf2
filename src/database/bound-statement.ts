import { type Dictionary, isRaw, type RawQueryFragment } from '@mikro-orm/core';
import { type AbstractSqlPlatform, JsonProperty, type NativeQueryBuilder } from '@mikro-orm/sql';

/** A statement as the wire protocol means it: the text, and the values apart from it. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What the ORM gives its connection to execute. */
export type Query = string | NativeQueryBuilder | RawQueryFragment;

export function bindQuery(
  query: Query,
  parameters: readonly unknown[] | Dictionary<unknown>,
  platform: AbstractSqlPlatform,
): BoundStatement {
  if (typeof query === 'string') {
    if (!Array.isArray(parameters)) throw new TypeError('Named parameters are not used here.');
    return bindValues(query, parameters, platform);
  }
  const { sql, params } = isRaw(query) ? query : query.toRaw();
  return bindValues(sql, params, platform);
}

/**
 * Turns a statement of the ORM, with `?` for a value, `??` for an identifier and `\?` for a question mark, into one whose
 * values are bound: `$1`, `$2`, …
 */
export function bindValues(
  text: string,
  parameters: readonly unknown[],
  platform: AbstractSqlPlatform,
): BoundStatement {
  const values: unknown[] = [];
  const bind = (part: string, given: readonly unknown[]): string => {
    let next = 0;
    return part.replace(/\\\?|\?\??/g, (mark) => {
      if (mark === '\\?') return '?';
      const value = given[next++];
      return mark === '??' ? platform.quoteIdentifier(String(value)) : place(value);
    });
  };
  const place = (value: unknown): string => {
    if (isRaw(value)) return bind(value.sql, value.params);
    // As the ORM would write it: the items of a list, one after the other.
    if (Array.isArray(value) && !isJson(value)) return value.map(place).join(', ');
    return `$${values.push(toWire(value))}`;
  };
  return { text: parameters.length === 0 ? text : bind(text, parameters), values };
}

function isJson(value: object): boolean {
  return JsonProperty in value;
}

function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  // With its offset: the driver would write the time of this machine's zone.
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}
