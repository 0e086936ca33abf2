import {
  ConcurrencyError,
  ConflictError,
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  ValidationError,
} from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { parseInput } from '../../graphql/parse-input.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { requireHoldsAll, requireMayChangeUser } from './user.policy.ts';
import { personChangeInput } from './user-input.ts';
import { loadUser, permissionsOfRole, requireAnotherAdministrator, saveUsers } from './user.repository.ts';
import { UserType } from './user.type.ts';

const UpdateUserInput = builder.inputType('UpdateUserInput', {
  fields: (t) => ({
    email: t.string(),
    username: t.string(),
    firstName: t.string(),
    lastName: t.string(),
    roleId: t.id({ description: 'Takes users:write; nobody can assign a role that may do more than they may.' }),
  }),
});

const UpdateUserPayload = mutationPayload<{ userId: string }>('UpdateUserPayload');
UpdateUserPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
  }),
});

export const UpdateUserResult = mutationResult('UpdateUserResult', UpdateUserPayload, [
  ValidationError,
  ConflictError,
  ConcurrencyError,
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
]);

builder.mutationField('updateUser', (t) =>
  t.field({
    type: UpdateUserResult.type,
    authScopes: { authenticated: true },
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateUserInput, required: true }),
      expectedVersion: t.arg.int(),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, args, { core, viewer, origin }) =>
      UpdateUserResult.answer(async () => {
        const id = requireUuid(args.id);
        const { roleId: newRole, ...rest } = args.input;
        const change = parseInput(personChangeInput, rest);
        const roleId = newRole == null ? undefined : requireUuid(newRole, 'roleId');
        requireMayChangeUser(viewer, id);
        return core.commands.execute({
          name: 'updateUser',
          viewer,
          origin,
          idempotency:
            args.idempotencyKey == null
              ? null
              : { key: args.idempotencyKey, input: { id, change, roleId, expectedVersion: args.expectedVersion } },
          retryOnConflict: args.expectedVersion == null,
          run: async ({ em, now }) => {
            const user = await loadUser(em, id, args.expectedVersion);
            const held = await permissionsOfRole(em, { id: user.roleId });
            if (viewer?.userId !== id) requireHoldsAll(viewer, held.permissions);
            if (roleId !== undefined && roleId !== user.roleId) {
              const given = await permissionsOfRole(em, { id: roleId });
              if (!viewer?.permissions.has('users:write')) requireHoldsAll(null, ['users:write']);
              requireHoldsAll(viewer, given.permissions);
              await requireAnotherAdministrator(em, user, ADMIN_ROLE);
            }
            user.change({ ...change, roleId }, now);
            await saveUsers(em);
            return { userId: id };
          },
        });
      }),
  }),
);
