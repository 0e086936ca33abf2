import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { InvalidCredentialsError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { UserType } from '../users/user.type.ts';
import { forgetPasswordTokens } from './account-token.repository.ts';
import { endSessions } from './session.repository.ts';
import { claimOfPerson } from './turn-claim.ts';

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

const changePassword = defineCommand({
  name: 'changePassword',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: z.strictObject({ currentPassword: secretInput, newPassword: secretInput }),
  shown: [],
  async prepare({ em, viewer, origin, services: { auth, users }, input: { currentPassword, newPassword } }) {
    const attempt = { account: viewer.userId, address: origin.ipAddress };
    await auth.loginAttempts.consume(attempt);
    const account = await users.findCredentials(em, { userId: viewer.userId });
    const claim = claimOfPerson(viewer.userId);
    const verdict = await auth.passwords.verify(account?.passwordHash ?? null, currentPassword.reveal(), claim);
    if (!account || !verdict.ok) throw new InvalidCredentialsError();
    await auth.loginAttempts.succeed(attempt);
    const user = await users.load(em, viewer.userId);
    return auth.hashNewPassword(newPassword.reveal(), user, claim, 'newPassword');
  },
  async run({ em, now, viewer, services: { users }, prepared: passwordHash }) {
    const user = await users.loadLocked(em, viewer.userId);
    if (!user) throw new InvalidCredentialsError();
    user.setPassword(passwordHash, now);
    const ended = await endSessions(em, viewer.userId, { except: viewer.sessionId });
    if (ended.length > 0) user.signedOut(ended, 'PASSWORD_CHANGED');
    await forgetPasswordTokens(sqlOf(em), viewer.userId);
    return { userId: viewer.userId };
  },
});

builder.mutationField('changePassword', (t) =>
  t.field({
    type: ChangePasswordResult.type,
    description: 'Ends all other sessions.',
    authScopes: changePassword.authScopes,
    args: { input: t.arg({ type: ChangePasswordInput, required: true }) },
    resolve: (_root, { input }, context) => ChangePasswordResult.answer(() => changePassword.execute(context, input)),
  }),
);
