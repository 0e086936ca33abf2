import { ConflictError, IdempotencyConflictError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { USER_ROLE } from './default-role.ts';
import { User } from './user.entity.ts';
import { requireHoldsAll } from './user.policy.ts';
import { personInput } from './user-input.ts';
import { saveUsers } from './user.repository.ts';
import { permissionsOfRole } from './user-role.repository.ts';
import { UserType } from './user.type.ts';

export const CreateUserInput = builder.inputType('CreateUserInput', {
  fields: (t) => ({
    email: t.string({ required: true }),
    username: t.string({ required: true }),
    firstName: t.string({ required: true }),
    lastName: t.string({ required: true }),
    password: t.string({ description: 'Without one the user gets a mail with a link to set one.' }),
    roleId: t.id({ description: 'Default: the role `user`.' }),
  }),
});

const CreateUserPayload = mutationPayload<{ userId: string }>('CreateUserPayload');
CreateUserPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
  }),
});

const CreateUserResult = mutationResult('CreateUserResult', CreateUserPayload, [
  ValidationError,
  ConflictError,
  IdempotencyConflictError,
]);

const createUser = defineCommand({
  name: 'createUser',
  aggregateType: 'User',
  kind: 'CREATE',
  authScopes: { permission: 'users:write' },
  input: personInput.extend({ password: secretInput.nullish(), roleId: idInput('roleId').nullish() }),
  shown: ['roleId'],
  // Before the transaction: it takes tens of milliseconds, and the embedded database has one session.
  prepare: async ({ input: { password, ...person }, services, viewer }) =>
    password ? services.auth.hashNewPassword(password.reveal(), person, { from: viewer.userId, isKnown: true }) : null,
  async run({ em, now, viewer, prepared: passwordHash, input: { email, username, firstName, lastName, roleId } }) {
    const role = await permissionsOfRole(em, roleId ? { id: roleId } : { name: USER_ROLE });
    requireHoldsAll(viewer, role.permissions);
    const person = { email, username, firstName, lastName, passwordHash, roleId: role.id };
    const user = User.register(person, 'admin', now);
    em.persist(user);
    await saveUsers(em);
    return { userId: user.id };
  },
});

builder.mutationField('createUser', (t) =>
  t.field({
    type: CreateUserResult.type,
    authScopes: createUser.authScopes,
    args: { input: t.arg({ type: CreateUserInput, required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { input, ...keys }, context) =>
      CreateUserResult.answer(() => createUser.execute(context, input, keys)),
  }),
);
