import { z } from 'zod';
import { IdempotencyConflictError, InvalidStateError, ValidationError } from '../../errors.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { BULK_OPERATION, UsersBulkActivated, UsersBulkDeactivated } from './user-bulk.events.ts';
import { requireHoldsAll } from './user.policy.ts';
import { findUsersByIds } from './user.repository.ts';
import { permissionsOfRoles, requireAdministratorLeft } from './user-role.repository.ts';
import { UserType } from './user.type.ts';

const MAX_USERS = 100;
const COUNT_MESSAGE = `A change of many accounts names 1 to ${MAX_USERS} of them.`;

const BulkUsersPayload = mutationPayload<{ userIds: readonly string[] }>('BulkUsersPayload');
BulkUsersPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    users: t.field({
      type: [UserType],
      description: 'All that were named, changed or not.',
      grantScopes: ['ownAccount'],
      resolve: (outcome) => [...outcome.result.userIds],
    }),
  }),
});

const BulkUsersResult = mutationResult('BulkUsersResult', BulkUsersPayload, [
  ValidationError,
  InvalidStateError,
  IdempotencyConflictError,
]);

/** All of them or none; who is in the state already changes and records nothing. */
const setAllActive = (name: string, isActive: boolean) =>
  defineCommand({
    name,
    aggregateType: 'User',
    kind: 'BULK_UPDATE',
    authScopes: { permission: 'users:write' },
    input: z.strictObject({
      userIds: z
        .array(idInput('userIds'))
        .min(1, COUNT_MESSAGE)
        .max(MAX_USERS, COUNT_MESSAGE)
        .transform((ids) => [...new Set(ids)]),
    }),
    shown: ['userIds'],
    async run({ em, now, viewer, services, input: { userIds } }) {
      const users = await findUsersByIds(em, userIds);
      requireAllKnown(userIds, users);
      const roles = await permissionsOfRoles(em, users);
      for (const user of users) requireHoldsAll(viewer, roles.get(user.roleId) ?? []);
      const changing = users.filter((user) => user.isActive !== isActive);
      if (changing.length === 0) return { userIds };
      if (!isActive) await requireAdministratorLeft(em, changing, ADMIN_ROLE);
      const changedIds = changing.map(({ id }) => id);
      const ended = isActive ? null : await services.sessions.endAllOf(em, changedIds);
      for (const user of changing) {
        user.change({ isActive }, now);
        const sessions = ended?.get(user.id);
        if (sessions) user.signedOut(sessions, 'DEACTIVATED');
      }
      await em.flush();
      const summary = { userIds: changedIds, count: changedIds.length };
      await recordEvent(em, isActive ? UsersBulkActivated : UsersBulkDeactivated, BULK_OPERATION, summary);
      return { userIds };
    },
  });
const bulkActivateUsers = setAllActive('bulkActivateUsers', true);
const bulkDeactivateUsers = setAllActive('bulkDeactivateUsers', false);

builder.mutationFields((t) => ({
  bulkActivateUsers: t.field({
    type: BulkUsersResult.type,
    description: '1 to 100 users, all of them or none.',
    authScopes: bulkActivateUsers.authScopes,
    args: { userIds: t.arg.idList({ required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { userIds, ...keys }, context) =>
      BulkUsersResult.answer(() => bulkActivateUsers.execute(context, { userIds }, keys)),
  }),
  bulkDeactivateUsers: t.field({
    type: BulkUsersResult.type,
    description: '1 to 100 users, all of them or none. Also ends every session of theirs.',
    authScopes: bulkDeactivateUsers.authScopes,
    args: { userIds: t.arg.idList({ required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { userIds, ...keys }, context) =>
      BulkUsersResult.answer(() => bulkDeactivateUsers.execute(context, { userIds }, keys)),
  }),
}));

/** @throws ValidationError that names each id nobody has. */
function requireAllKnown(ids: readonly string[], users: readonly { readonly id: string }[]): void {
  const known = new Set(users.map(({ id }) => id));
  const errors = ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: ['userIds', String(index)], message: `There is no user ${id}.` }],
  );
  if (errors.length > 0) throw new ValidationError(errors);
}
