import { ConflictError, IdempotencyConflictError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { parseInput } from '../../graphql/parse-input.ts';
import { USER_ROLE } from './default-role.ts';
import { User } from './user.entity.ts';
import { requireHoldsAll } from './user.policy.ts';
import { personInput } from './user-input.ts';
import { permissionsOfRole, saveUsers } from './user.repository.ts';
import { UserType } from './user.type.ts';

const CreateUserInput = builder.inputType('CreateUserInput', {
  fields: (t) => ({
    email: t.string({ required: true }),
    username: t.string({ required: true }),
    firstName: t.string({ required: true }),
    lastName: t.string({ required: true }),
    password: t.string({ description: 'Without one the account cannot sign in until a password is set.' }),
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

builder.mutationField('createUser', (t) =>
  t.field({
    type: CreateUserResult.type,
    authScopes: { permission: 'users:write' },
    args: { input: t.arg({ type: CreateUserInput, required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { input, idempotencyKey }, { core, services, viewer, origin }) =>
      CreateUserResult.answer(async () => {
        const { password, roleId, ...rest } = input;
        const person = parseInput(personInput, rest);
        // Hashed before the transaction: it takes tens of milliseconds, and the embedded database has one session.
        const passwordHash = password == null ? null : await services.auth.hashNewPassword(password, person);
        return core.commands.execute({
          name: 'createUser',
          viewer,
          origin,
          // The password stays out: a fast hash of the input must not help to guess it.
          idempotency:
            idempotencyKey == null ? null : { key: idempotencyKey, input: { person, roleId: roleId ?? null } },
          run: async ({ em, now }) => {
            const role = await permissionsOfRole(
              em,
              roleId ? { id: requireUuid(roleId, 'roleId') } : { name: USER_ROLE },
            );
            requireHoldsAll(viewer, role.permissions);
            const user = User.register({ ...person, passwordHash, roleId: role.id }, 'admin', now);
            em.persist(user);
            await saveUsers(em);
            return { userId: user.id };
          },
        });
      }),
  }),
);
