import {
  ConcurrencyError,
  ConflictError,
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  ValidationError,
} from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { requireHoldsAll, requireMayChangeUser } from './user.policy.ts';
import { personChangeInput } from './user-input.ts';
import { loadUser, saveUsers } from './user.repository.ts';
import { permissionsOfRole, requireAdministratorLeft } from './user-role.repository.ts';
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

const updateUser = defineCommand({
  name: 'updateUser',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: personChangeInput.extend({ id: idInput(), roleId: idInput('roleId').nullish() }),
  shown: ['id', 'roleId'],
  authorize: ({ viewer, input }) => requireMayChangeUser(viewer, input.id),
  async run({ em, now, viewer, expectedVersion, input: { id, roleId, ...change } }) {
    const user = await loadUser(em, id, expectedVersion);
    const held = await permissionsOfRole(em, { id: user.roleId });
    if (viewer.userId !== id) requireHoldsAll(viewer, held.permissions);
    if (roleId && roleId !== user.roleId) {
      const given = await permissionsOfRole(em, { id: roleId });
      requireHoldsAll(viewer, ['users:write', ...given.permissions]);
      await requireAdministratorLeft(em, [user], ADMIN_ROLE);
    }
    user.change({ ...change, roleId: roleId ?? undefined }, now);
    await saveUsers(em);
    return { userId: id };
  },
});

builder.mutationField('updateUser', (t) =>
  t.field({
    type: UpdateUserResult.type,
    authScopes: updateUser.authScopes,
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateUserInput, required: true }),
      expectedVersion: t.arg.int({
        description: 'Refused when the user has changed since; a sign-in, or a mail that went out, is no change.',
      }),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, { id, input, ...keys }, context) =>
      UpdateUserResult.answer(() => updateUser.execute(context, { id, ...input }, keys)),
  }),
);
