import type { ObjectRef } from '@pothos/core';
import { RequestError } from '../errors.ts';
import { builder, type BuilderTypes } from './builder.ts';
import { PageInfo, type PageInfoShape } from './page-info.type.ts';

export interface Edge<Item> {
  readonly cursor: string;
  readonly node: Item;
}

export interface Connection<Item> {
  readonly edges: readonly Edge<Item>[];
  readonly pageInfo: PageInfoShape;
  /** Asked for only when the client selects it. */
  totalCount(): Promise<number>;
}

/**
 * Declares the Relay connection and edge types of a node type. Written by hand because the Relay plugin ties
 * connections to global ids that carry a type name, and ours are the aggregates' plain UUIDs.
 */
export function connectionType<Item>(
  name: string,
  node: ObjectRef<BuilderTypes, Item>,
): ObjectRef<BuilderTypes, Connection<Item>> {
  const edge = builder.objectRef<Edge<Item>>(`${name}Edge`).implement({
    guardedByParent: true,
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (value) => value.node as never }),
    }),
  });
  return builder.objectRef<Connection<Item>>(`${name}Connection`).implement({
    guardedByParent: true,
    fields: (t) => ({
      edges: t.field({ type: [edge], resolve: (connection) => [...connection.edges] as never }),
      pageInfo: t.field({ type: PageInfo, resolve: (connection) => connection.pageInfo }),
      totalCount: t.int({ resolve: (connection) => connection.totalCount() }),
    }),
  });
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface Page {
  readonly size: number;
  readonly backward: boolean;
  /** The decoded cursor to start behind (forward) or before (backward). */
  readonly from: readonly string[] | null;
}

const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** Checks page arguments: 1 to 100 items, one direction. @throws RequestError BAD_USER_INPUT */
export function pageOf(args: PageArguments, cursorParts: number): Page {
  const backward = args.last != null || (args.before != null && args.first == null);
  if (backward && (args.first != null || args.after != null)) {
    throw new RequestError('BAD_USER_INPUT', 'Page either forward with first/after or backward with last/before.');
  }
  const size = (backward ? args.last : args.first) ?? DEFAULT_PAGE;
  if (size < 1 || size > MAX_PAGE) {
    throw new RequestError('BAD_USER_INPUT', `A page holds 1 to ${MAX_PAGE} items.`);
  }
  const cursor = backward ? args.before : args.after;
  return { size, backward, from: cursor == null ? null : decodePageCursor(cursor, cursorParts) };
}

function encodePageCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decodePageCursor(cursor: string, parts: number): readonly string[] {
  const values = cursor.length <= 1_000 ? parseStrings(Buffer.from(cursor, 'base64url').toString()) : null;
  if (values?.length !== parts) throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
  return values;
}

function parseStrings(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const isSafe = (part: unknown): part is string =>
      typeof part === 'string' && !part.includes('\0') && part.isWellFormed();
    return Array.isArray(value) && value.every(isSafe) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Turns one page of rows, read in page order with one row too many, into a connection in list order. */
export function connectionOf<Item>(
  page: Page,
  rows: readonly Item[],
  cursorOf: (item: Item) => readonly string[],
  totalCount: () => Promise<number>,
): Connection<Item> {
  const more = rows.length > page.size;
  const items = rows.slice(0, page.size);
  if (page.backward) items.reverse();
  const edges = items.map((node) => ({ node, cursor: encodePageCursor(cursorOf(node)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.backward ? page.from !== null : more,
      hasPreviousPage: page.backward ? more : page.from !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}
