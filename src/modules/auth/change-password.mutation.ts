import { InvalidCredentialsError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { UserType } from '../users/user.type.ts';
import { endSessions } from './session.repository.ts';

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  fields: (t) => ({
    currentPassword: t.string({ required: true }),
    newPassword: t.string({ required: true }),
  }),
});

const ChangePasswordPayload = mutationPayload<{ userId: string }>('ChangePasswordPayload');
ChangePasswordPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ user: t.field({ type: UserType, resolve: (outcome) => outcome.result.userId }) }),
});

const ChangePasswordResult = mutationResult('ChangePasswordResult', ChangePasswordPayload, [
  ValidationError,
  InvalidCredentialsError,
]);

builder.mutationField('changePassword', (t) =>
  t.field({
    type: ChangePasswordResult.type,
    description: 'Ends all other sessions.',
    authScopes: { authenticated: true },
    args: { input: t.arg({ type: ChangePasswordInput, required: true }) },
    resolve: (_root, { input }, { core, services, viewer, origin, em: reader }) =>
      ChangePasswordResult.answer(async () => {
        const { auth, users } = services;
        const userId = viewer?.userId ?? '';
        const attempt = { account: userId, address: origin.ipAddress };
        await auth.loginAttempts.consume(attempt);
        const account = await users.findCredentials(reader, { userId });
        const verdict = await auth.passwords.verify(account?.passwordHash ?? null, input.currentPassword);
        if (!account || !verdict.ok) throw new InvalidCredentialsError();
        await auth.loginAttempts.succeed(attempt);
        const passwordHash = await auth.hashNewPassword(
          input.newPassword,
          await users.load(reader, userId),
          'newPassword',
        );
        return core.commands.execute({
          name: 'changePassword',
          viewer,
          origin,
          run: async ({ em, now }) => {
            const user = await users.load(em, userId);
            user.setPassword(passwordHash, now);
            const ended = await endSessions(em, userId, { except: viewer?.sessionId ?? '' });
            if (ended.length > 0) user.signedOut(ended, 'PASSWORD_CHANGED');
            return { userId };
          },
        });
      }),
  }),
);
