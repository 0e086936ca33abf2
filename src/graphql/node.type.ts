import { RequestError } from '../errors.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { VIEWER_INDEPENDENT } from './viewer-independent.ts';

interface NodeShape {
  readonly id: string;
}

/** Anything with an identity. Ids are the aggregates' own UUIDs, the same as in their events. */
export const NodeInterface = builder.interfaceRef<NodeShape>('Node').implement({
  fields: (t) => ({ id: t.exposeID('id', { extensions: VIEWER_INDEPENDENT }) }),
});

/** Loads one object for `node(id)`; null when there is none. What comes back is still subject to its type's rules. */
type NodeLoader = (id: string, context: Context) => Promise<object | null>;

const loaders: NodeLoader[] = [];

/** Lets `node(id)` find the objects of a type. Ids carry no type name, so the loaders are asked in turn. */
export function registerNodeLoader(loader: NodeLoader): void {
  loaders.push(loader);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws RequestError BAD_USER_INPUT: PostgreSQL would refuse the text as an internal error. */
export function requireUuid(id: string, argument = 'id'): string {
  if (!UUID.test(id)) throw new RequestError('BAD_USER_INPUT', `The argument ${argument} must be a UUID.`);
  return id.toLowerCase();
}

builder.queryField('node', (t) =>
  t.field({
    type: NodeInterface,
    nullable: true,
    // Each type checks its own objects; an object that may not be seen is refused, not hidden behind null.
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, args, context) => {
      const id = requireUuid(args.id);
      for (const load of loaders) {
        const found = await load(id, context);
        if (found) return found as NodeShape;
      }
      return null;
    },
  }),
);
