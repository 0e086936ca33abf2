import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, pageOf } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import { NodeInterface, registerNodeLoader, requireUuid } from '../../graphql/node.type.ts';
import { readByIds } from '../../graphql/read-by-ids.ts';
import { Role } from './role.entity.ts';
import { maySeeRole } from './role.policy.ts';
import { findRolesByIds, listRoles } from './role.repository.ts';

const findRoles = (context: Context, ids: readonly string[]): Promise<Map<string, Role>> =>
  readByIds(context, ids, findRolesByIds, (role) => role.id);

export const RoleType = builder.loadableObjectRef<Role, string>('Role', {
  load: async (ids: string[], context: Context) => {
    const found = await findRoles(context, ids);
    return ids.map((id) => found.get(id) ?? new RequestError('BAD_USER_INPUT', 'The role does not exist.'));
  },
});

RoleType.implement({
  interfaces: [NodeInterface],
  isTypeOf: (value) => value instanceof Role,
  authScopes: (role, context) => (maySeeRole(context.viewer, role.name) ? true : { $granted: 'roleOfVisibleUser' }),
  fields: (t) => ({
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    permissions: t.stringList({ resolve: (role) => role.permissions }),
    builtIn: t.exposeBoolean('builtIn'),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

registerNodeLoader(async (id, context) => (await findRoles(context, [id])).get(id) ?? null);

const RoleConnection = connectionType('Role', RoleType);

builder.queryFields((t) => ({
  role: t.field({
    type: RoleType,
    nullable: true,
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, args, context) => {
      const id = requireUuid(args.id);
      return (await findRoles(context, [id])).get(id) ?? null;
    },
  }),
  roles: t.field({
    type: RoleConnection,
    authScopes: { permission: 'roles:read' },
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, context) => {
      const page = pageOf(args, 1);
      const roles = await listRoles(context.em, page);
      return connectionOf(
        page,
        roles,
        (role) => [role.name],
        () => context.em.count(Role),
      );
    },
  }),
}));
