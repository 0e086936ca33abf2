import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { InvalidTokenError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { UserType } from '../users/user.type.ts';
import {
  type AccountTokenPurpose,
  forgetPasswordTokens,
  isSentTo,
  peekToken,
  takeToken,
} from './account-token.repository.ts';
import { isOpaqueToken } from './opaque-token.ts';
import { endSessions } from './session.repository.ts';
import { claimOfPerson } from './turn-claim.ts';

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  fields: (t) => ({
    token: t.string({ required: true, description: 'From the mail.' }),
    newPassword: t.string({ required: true }),
  }),
});

const ResetPasswordPayload = mutationPayload<{ userId: string }>('ResetPasswordPayload');
ResetPasswordPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
  }),
});

const ResetPasswordResult = mutationResult('ResetPasswordResult', ResetPasswordPayload, [
  ValidationError,
  InvalidTokenError,
]);

const PURPOSES: readonly AccountTokenPurpose[] = ['RESET_PASSWORD', 'SET_PASSWORD'];

const resetPassword = defineCommand({
  name: 'resetPassword',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { public: true },
  input: z.strictObject({ token: secretInput, newPassword: secretInput }),
  shown: [],
  async prepare({ em, origin, services: { auth, users }, input: { token, newPassword } }) {
    const attempt = { account: null, address: origin.ipAddress };
    await auth.tokenAttempts.consume(attempt);
    // A password that is refused leaves the token as it is, for another try.
    const sent = isOpaqueToken('passwordReset', token.reveal())
      ? await peekToken(sqlOf(em), PURPOSES, token.reveal())
      : null;
    if (!sent) throw new InvalidTokenError();
    await auth.tokenAttempts.succeed(attempt);
    const user = await users.load(em, sent.userId);
    return auth.hashNewPassword(newPassword.reveal(), user, claimOfPerson(user.id), 'newPassword');
  },
  async run({ em, now, services: { users }, prepared: passwordHash, input: { token } }) {
    const sql = sqlOf(em);
    const sent = await peekToken(sql, PURPOSES, token.reveal());
    // The account before the token, as whatever else ends sessions and tokens of an account.
    const user = sent && (await users.loadLocked(em, sent.userId));
    const taken = user && (await takeToken(sql, PURPOSES, token.reveal()));
    if (!taken || !user.isActive || !isSentTo(taken, user.email)) throw new InvalidTokenError();
    user.setPassword(passwordHash, now);
    // Who has the mail has the address.
    user.verifyEmail(now);
    const ended = await endSessions(em, user.id);
    if (ended.length > 0) user.signedOut(ended, 'PASSWORD_CHANGED');
    await forgetPasswordTokens(sql, user.id);
    return { userId: user.id };
  },
});

builder.mutationField('resetPassword', (t) =>
  t.field({
    type: ResetPasswordResult.type,
    description: 'Sets a password with the token of a mail, which works once. Ends all sessions.',
    authScopes: resetPassword.authScopes,
    args: { input: t.arg({ type: ResetPasswordInput, required: true }) },
    resolve: (_root, { input }, context) =>
      ResetPasswordResult.answer(() => resetPassword.execute(context.forNobody(), input)),
  }),
);
