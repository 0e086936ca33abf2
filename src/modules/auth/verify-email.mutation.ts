import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { InvalidTokenError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { UserType } from '../users/user.type.ts';
import { type AccountTokenPurpose, isSentTo, peekToken, takeToken } from './account-token.repository.ts';
import { isOpaqueToken } from './opaque-token.ts';

const VerifyEmailPayload = mutationPayload<{ userId: string }>('VerifyEmailPayload');
VerifyEmailPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
  }),
});

const VerifyEmailResult = mutationResult('VerifyEmailResult', VerifyEmailPayload, [InvalidTokenError]);

const PURPOSES: readonly AccountTokenPurpose[] = ['VERIFY_EMAIL'];

const verifyEmail = defineCommand({
  name: 'verifyEmail',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { public: true },
  input: z.strictObject({ token: secretInput }),
  shown: [],
  async prepare({ origin, services: { auth }, input: { token } }) {
    await auth.tokenAttempts.consume({ account: null, address: origin.ipAddress });
    if (!isOpaqueToken('emailVerification', token.reveal())) throw new InvalidTokenError();
  },
  async run({ em, now, services: { users }, input: { token } }) {
    const sql = sqlOf(em);
    const sent = await peekToken(sql, PURPOSES, token.reveal());
    const user = sent && (await users.loadLocked(em, sent.userId));
    const taken = user && (await takeToken(sql, PURPOSES, token.reveal()));
    // Sent to an address that the account has no more, it proves nothing.
    if (!taken || !isSentTo(taken, user.email)) throw new InvalidTokenError();
    user.verifyEmail(now);
    return { userId: user.id };
  },
});

builder.mutationField('verifyEmail', (t) =>
  t.field({
    type: VerifyEmailResult.type,
    description: 'With the token of the mail that asks for it, which works once.',
    authScopes: verifyEmail.authScopes,
    args: { token: t.arg.string({ required: true }) },
    resolve: (_root, args, context) =>
      VerifyEmailResult.answer(async () => {
        const outcome = await verifyEmail.execute(context.forNobody(), args);
        await context.services.auth.tokenAttempts.succeed({ account: null, address: context.origin.ipAddress });
        return outcome;
      }),
  }),
);
