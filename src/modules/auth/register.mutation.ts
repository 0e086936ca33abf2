import { ConflictError, InvalidTokenError, ValidationError } from '../../errors.ts';
import type { CommandOutcome } from '../../event-bus/command.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { UserType } from '../users/user.type.ts';
import { bootstrapAdministrator } from './bootstrap.ts';
import { registerPerson } from './register-person.ts';
import { claimOfStranger } from './turn-claim.ts';

const RegisterInput = builder.inputType('RegisterInput', {
  fields: (t) => ({
    email: t.string({ required: true }),
    username: t.string({ required: true }),
    firstName: t.string({ required: true }),
    lastName: t.string({ required: true }),
    password: t.string({ required: true }),
  }),
});

/** The same for an address that is new and one that is somebody's. */
const ACCEPTED: CommandOutcome<Record<string, never>> = { commandId: '', result: {}, events: [] };

const RegisterPayload = mutationPayload<Record<string, never>>('RegisterPayload');
RegisterPayload.implement({
  description: 'The registration was accepted. It says nothing else, so that nobody learns whose address is known.',
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({
      type: UserType,
      nullable: true,
      description: 'Always null: sign in to see the account.',
      resolve: () => null,
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
    description: 'Makes an account. If the address has one already, its owner gets a mail, and nothing else happens.',
    authScopes: { public: true },
    args: { input: t.arg({ type: RegisterInput, required: true }) },
    resolve: (_root, { input }, context) =>
      RegisterResult.answer(async () => {
        const { services, origin } = context;
        // Counted under the address as typed, somebody's or not.
        await services.auth.registrationAttempts.consume({
          account: input.email.slice(0, 320),
          address: origin.ipAddress,
        });
        const { password, ...rest } = input;
        const person = services.users.parsePerson(rest);
        const passwordHash = await services.auth.hashNewPassword(password, person, claimOfStranger(origin.ipAddress));
        await registerPerson(context, person, passwordHash);
        return ACCEPTED;
      }),
  }),
  bootstrapAdministrator: t.field({
    type: BootstrapAdministratorResult.type,
    description: 'Makes the first administrator, with the token that the server printed at its start. Works once.',
    authScopes: { public: true },
    args: { token: t.arg.string({ required: true }), input: t.arg({ type: RegisterInput, required: true }) },
    resolve: (_root, { token, input }, context) =>
      BootstrapAdministratorResult.answer(() =>
        bootstrapAdministrator.execute(context.forNobody(), { ...input, token }),
      ),
  }),
}));
