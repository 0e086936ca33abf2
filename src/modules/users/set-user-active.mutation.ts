import { z } from 'zod';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { UpdateUserResult } from './update-user.mutation.ts';
import { requireHoldsAll } from './user.policy.ts';
import { loadUser } from './user.repository.ts';
import { permissionsOfRole, requireAdministratorLeft } from './user-role.repository.ts';

/** Asking for the state a user is in already changes and records nothing. */
const setActive = (name: string, isActive: boolean) =>
  defineCommand({
    name,
    aggregateType: 'User',
    kind: 'UPDATE',
    authScopes: { permission: 'users:write' },
    input: z.strictObject({ id: idInput() }),
    shown: ['id'],
    async run({ em, now, viewer, services, input: { id } }) {
      const user = await loadUser(em, id);
      requireHoldsAll(viewer, (await permissionsOfRole(em, { id: user.roleId })).permissions);
      if (user.isActive !== isActive) {
        if (!isActive) await requireAdministratorLeft(em, [user], ADMIN_ROLE);
        user.change({ isActive }, now);
        if (!isActive) {
          const ended = await services.sessions.endAll(em, id);
          if (ended.length > 0) user.signedOut(ended, 'DEACTIVATED');
        }
      }
      return { userId: id };
    },
  });
const activateUser = setActive('activateUser', true);
const deactivateUser = setActive('deactivateUser', false);

builder.mutationFields((t) => ({
  activateUser: t.field({
    type: UpdateUserResult.type,
    authScopes: activateUser.authScopes,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => UpdateUserResult.answer(() => activateUser.execute(context, args)),
  }),
  deactivateUser: t.field({
    type: UpdateUserResult.type,
    description: 'Also ends every session of the user.',
    authScopes: deactivateUser.authScopes,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => UpdateUserResult.answer(() => deactivateUser.execute(context, args)),
  }),
}));
