import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { UpdateUserResult } from './update-user.mutation.ts';
import { requireHoldsAll } from './user.policy.ts';
import { loadUser, permissionsOfRole, requireAnotherAdministrator } from './user.repository.ts';

builder.mutationFields((t) => ({
  activateUser: t.field({
    type: UpdateUserResult.type,
    authScopes: { permission: 'users:write' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => UpdateUserResult.answer(() => setActive(context, requireUuid(args.id), true)),
  }),
  deactivateUser: t.field({
    type: UpdateUserResult.type,
    description: 'Also ends every session of the user.',
    authScopes: { permission: 'users:write' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => UpdateUserResult.answer(() => setActive(context, requireUuid(args.id), false)),
  }),
}));

/** Asking for the state a user is in already changes and records nothing. */
function setActive({ core, services, viewer, origin }: Context, id: string, isActive: boolean) {
  return core.commands.execute({
    name: isActive ? 'activateUser' : 'deactivateUser',
    viewer,
    origin,
    run: async ({ em, now }) => {
      const user = await loadUser(em, id);
      requireHoldsAll(viewer, (await permissionsOfRole(em, { id: user.roleId })).permissions);
      if (user.isActive !== isActive) {
        if (!isActive) await requireAnotherAdministrator(em, user, ADMIN_ROLE);
        user.change({ isActive }, now);
        if (!isActive) {
          const ended = await services.sessions.endAll(em, id);
          if (ended.length > 0) user.signedOut(ended, 'DEACTIVATED');
        }
      }
      return { userId: id };
    },
  });
}
