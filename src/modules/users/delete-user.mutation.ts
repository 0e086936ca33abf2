import { ForeignKeyConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { z } from 'zod';
import { IdempotencyConflictError, InvalidStateError, NotFoundError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { User } from './user.entity.ts';
import type { UserSnapshot } from './user.events.ts';
import { requireHoldsAll } from './user.policy.ts';
import { loadUser } from './user.repository.ts';
import { permissionsOfRole, requireAdministratorLeft } from './user-role.repository.ts';
import { UserType } from './user.type.ts';

const DeleteUserPayload = mutationPayload<{ user: UserSnapshot }>('DeleteUserPayload');
DeleteUserPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    userId: t.id({ resolve: (outcome) => outcome.result.user.id }),
    user: t.field({
      type: UserType,
      description: 'As it was before.',
      grantScopes: ['ownAccount'],
      resolve: (outcome) => User.fromSnapshot(outcome.result.user),
    }),
  }),
});

const DeleteUserResult = mutationResult('DeleteUserResult', DeleteUserPayload, [
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
]);

const deleteUser = defineCommand({
  name: 'deleteUser',
  aggregateType: 'User',
  kind: 'DELETE',
  authScopes: { permission: 'users:write' },
  input: z.strictObject({ id: idInput() }),
  shown: ['id'],
  async run({ em, viewer, services, input: { id } }) {
    const user = await loadUser(em, id);
    requireHoldsAll(viewer, (await permissionsOfRole(em, { id: user.roleId })).permissions);
    await requireAdministratorLeft(em, [user], ADMIN_ROLE);
    await services.settings.remove(em, id);
    const snapshot = user.snapshot();
    user.delete();
    // Sessions and the onboarding go with the row: they are no aggregates, and the foreign keys remove them.
    em.remove(user);
    await flushRemoval(em);
    return { user: snapshot };
  },
});

builder.mutationField('deleteUser', (t) =>
  t.field({
    type: DeleteUserResult.type,
    authScopes: deleteUser.authScopes,
    args: { id: t.arg.id({ required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { id, ...keys }, context) =>
      DeleteUserResult.answer(() => deleteUser.execute(context, { id }, keys)),
  }),
);

/** What has to be kept, such as orders, names the account. @throws InvalidStateError */
async function flushRemoval(em: SqlEntityManager): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    if (!(error instanceof ForeignKeyConstraintViolationException)) throw error;
    throw new InvalidStateError('The account has orders, which are kept. Deactivate it instead.', { cause: error });
  }
}
