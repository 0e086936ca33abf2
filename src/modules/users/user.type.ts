import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, pageOf } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import { SortDirection } from '../../graphql/sort-direction.type.ts';
import { NodeInterface, registerNodeLoader, requireUuid } from '../../graphql/node.type.ts';
import { readByIds } from '../../graphql/read-by-ids.ts';
import { RoleType } from '../access/role.type.ts';
import { User } from './user.entity.ts';
import { maySeeUser } from './user.policy.ts';
import { cachedUserCount, cachedUserPage } from './user-list.ts';
import { findUsersByIds } from './user.repository.ts';
import { findListedUsers, USER_ORDER, type UserOrderField, type UserSearch } from './user-search.repository.ts';

const findUsers = (context: Context, ids: readonly string[]): Promise<Map<string, User>> =>
  readByIds(context, ids, findUsersByIds, (user) => user.id);

export const UserType = builder.loadableObjectRef<User, string>('User', {
  load: async (ids: string[], context: Context) => {
    const found = await findUsers(context, ids);
    return ids.map((id) => found.get(id) ?? new RequestError('BAD_USER_INPUT', 'The user does not exist.'));
  },
});

UserType.implement({
  interfaces: [NodeInterface],
  isTypeOf: (value) => value instanceof User,
  // Who just registered or signed in sees the account in the answer, before a request of their own proves who they are.
  authScopes: (user, context) => (maySeeUser(context.viewer, user.id) ? true : { $granted: 'ownAccount' }),
  fields: (t) => ({
    email: t.exposeString('email'),
    username: t.exposeString('username'),
    firstName: t.exposeString('firstName'),
    lastName: t.exposeString('lastName'),
    isActive: t.exposeBoolean('isActive'),
    emailVerified: t.boolean({ resolve: (user) => user.emailVerifiedAt !== null }),
    role: t.field({ type: RoleType, grantScopes: ['roleOfVisibleUser'], resolve: (user) => user.roleId }),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

registerNodeLoader(async (id, context) => (await findUsers(context, [id])).get(id) ?? null);

const UserConnection = connectionType('User', UserType);

const UserStatus = builder.enumType('UserStatus', { values: ['ACTIVE', 'INACTIVE'] as const });

const UserFilter = builder.inputType('UserFilter', {
  fields: (t) => ({
    search: t.string({ description: 'Words that all occur in e-mail address, username or names.' }),
    role: t.string({ description: 'Name of a role.' }),
    roles: t.stringList({ description: 'Names of roles; any of them.' }),
    status: t.field({ type: UserStatus }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
  }),
});

const UserOrderFieldType = builder.enumType('UserOrderField', {
  values: Object.keys(USER_ORDER) as UserOrderField[],
});

const UserOrder = builder.inputType('UserOrder', {
  fields: (t) => ({
    field: t.field({ type: UserOrderFieldType, required: true }),
    direction: t.field({ type: SortDirection, required: true }),
  }),
});

const MAX_SEARCH = 200;
const MAX_ROLES = 50;

function searchOf(filter: typeof UserFilter.$inferInput | null | undefined): UserSearch {
  const roles = [...(filter?.roles ?? []), ...(filter?.role ? [filter.role] : [])];
  if ((filter?.search?.length ?? 0) > MAX_SEARCH || roles.length > MAX_ROLES) {
    throw new RequestError('BAD_USER_INPUT', `A search has at most ${MAX_SEARCH} characters and ${MAX_ROLES} roles.`);
  }
  return {
    search: filter?.search ?? undefined,
    roles: filter?.roles || filter?.role ? roles : undefined,
    isActive: filter?.status ? filter.status === 'ACTIVE' : undefined,
    createdAfter: filter?.createdAfter ?? undefined,
    createdBefore: filter?.createdBefore ?? undefined,
  };
}

builder.queryFields((t) => ({
  me: t.field({
    type: UserType,
    nullable: true,
    authScopes: { public: true },
    resolve: async (_root, _args, { core, viewer }) => {
      // Whoever looks at themselves sees what they have just changed.
      const [user] = viewer ? await findUsersByIds(core.database.orm.em.fork(), [viewer.userId]) : [];
      return user ?? null;
    },
  }),
  user: t.field({
    type: UserType,
    nullable: true,
    authScopes: (_root, args, context) => maySeeUser(context.viewer, args.id),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, args, context) => {
      const id = requireUuid(args.id);
      return (await findUsers(context, [id])).get(id) ?? null;
    },
  }),
  users: t.field({
    type: UserConnection,
    authScopes: { permission: 'users:read' },
    args: {
      filter: t.arg({ type: UserFilter }),
      orderBy: t.arg({ type: UserOrder }),
      first: t.arg.int(),
      after: t.arg.string(),
      last: t.arg.int(),
      before: t.arg.string(),
    },
    resolve: async (_root, args, context) => {
      const page = pageOf(args, 2);
      const search = searchOf(args.filter);
      const order = {
        field: args.orderBy?.field ?? 'CREATED_AT',
        descending: (args.orderBy?.direction ?? 'DESC') === 'DESC',
      };
      // Where the ids come from, so that a page has no holes.
      const em = context.core.database.orm.em.fork();
      const found = await findListedUsers(em, await cachedUserPage(context, search, order, page), order.field);
      const sortKeys = new Map(found.map(({ user, sortKey }) => [user.id, sortKey]));
      return connectionOf(
        page,
        found.map(({ user }) => user),
        (user) => [sortKeys.get(user.id) ?? '', user.id],
        () => cachedUserCount(context, search),
      );
    },
  }),
}));
