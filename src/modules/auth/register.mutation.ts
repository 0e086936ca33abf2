import { ConflictError, InvalidTokenError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { UserType } from '../users/user.type.ts';
import { bootstrapAdministrator } from './bootstrap.ts';

const RegisterInput = builder.inputType('RegisterInput', {
  fields: (t) => ({
    email: t.string({ required: true }),
    username: t.string({ required: true }),
    firstName: t.string({ required: true }),
    lastName: t.string({ required: true }),
    password: t.string({ required: true }),
  }),
});

const RegisterPayload = mutationPayload<{ userId: string }>('RegisterPayload');
RegisterPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    // Nullable, so that the answer may one day keep silent about whether the address was known.
    user: t.field({
      type: UserType,
      nullable: true,
      grantScopes: ['ownAccount'],
      resolve: (outcome) => outcome.result.userId,
    }),
  }),
});

const BootstrapAdministratorPayload = mutationPayload<{ userId: string }>('BootstrapAdministratorPayload');
BootstrapAdministratorPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
  }),
});

const RegisterResult = mutationResult('RegisterResult', RegisterPayload, [ValidationError, ConflictError]);
const BootstrapAdministratorResult = mutationResult('BootstrapAdministratorResult', BootstrapAdministratorPayload, [
  ValidationError,
  ConflictError,
  InvalidTokenError,
]);

builder.mutationFields((t) => ({
  register: t.field({
    type: RegisterResult.type,
    authScopes: { public: true },
    args: { input: t.arg({ type: RegisterInput, required: true }) },
    resolve: (_root, { input }, { core, services, origin }) =>
      RegisterResult.answer(async () => {
        await services.auth.registrationAttempts.consume({ account: null, address: origin.ipAddress });
        const { password, ...rest } = input;
        const person = services.users.parsePerson(rest);
        const passwordHash = await services.auth.hashNewPassword(password, person);
        return core.commands.execute({
          name: 'register',
          viewer: null,
          origin,
          run: async ({ em, now }) => {
            const user = await services.users.create(em, {
              person,
              passwordHash,
              roleName: 'user',
              source: 'self',
              now,
            });
            return { userId: user.id };
          },
        });
      }),
  }),
  bootstrapAdministrator: t.field({
    type: BootstrapAdministratorResult.type,
    description: 'Makes the first administrator, with the token that the server printed at its start. Works once.',
    authScopes: { public: true },
    args: { token: t.arg.string({ required: true }), input: t.arg({ type: RegisterInput, required: true }) },
    resolve: (_root, { token, input }, { core, services, origin }) =>
      BootstrapAdministratorResult.answer(async () => {
        await services.auth.tokenAttempts.consume({ account: null, address: origin.ipAddress });
        const { password, ...person } = input;
        return bootstrapAdministrator(core.commands, services, { token, person, password }, origin);
      }),
  }),
}));
