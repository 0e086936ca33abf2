import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { type AskedReset, issueResetToken } from './account-token.repository.ts';

/** A type, not an interface: it must fit the index signature of a command's result. No field of the payload shows it. */
type Asked = { readonly reset: AskedReset | null };

const RequestPasswordResetPayload = mutationPayload<Asked>('RequestPasswordResetPayload');
RequestPasswordResetPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  description: 'The same whether there is such an account or not.',
});

const RequestPasswordResetResult = mutationResult('RequestPasswordResetResult', RequestPasswordResetPayload, [
  ValidationError,
]);

const MAX_ADDRESS = 254;

/**
 * Records no event: that would take a transaction longer where there is such an account. The mail goes out afterwards,
 * uncoupled from the answer.
 */
const requestPasswordReset = defineCommand({
  name: 'requestPasswordReset',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { public: true },
  input: z.strictObject({
    email: z.string().trim().max(MAX_ADDRESS, `The e-mail address has at most ${MAX_ADDRESS} characters.`),
  }),
  shown: [],
  // Counted under the address as typed, somebody's or not.
  prepare: ({ origin, services, input: { email } }) =>
    services.auth.resetAttempts.consume({ account: email, address: origin.ipAddress }),
  run: async ({ em, input: { email } }): Promise<Asked> => ({ reset: await issueResetToken(sqlOf(em), email) }),
});

builder.mutationField('requestPasswordReset', (t) =>
  t.field({
    type: RequestPasswordResetResult.type,
    description: 'Sends a mail with which a new password can be set, if there is an active account with this address.',
    authScopes: requestPasswordReset.authScopes,
    args: { email: t.arg.string({ required: true }) },
    resolve: (_root, args, context) =>
      RequestPasswordResetResult.answer(async () => {
        const outcome = await requestPasswordReset.execute(context.forNobody(), args);
        const { reset } = outcome.result;
        if (reset) context.services.email.sendTokenMail({ purpose: 'RESET_PASSWORD', ...reset });
        return outcome;
      }),
  }),
);
