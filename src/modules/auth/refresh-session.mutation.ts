import type { SqlEntityManager } from '@mikro-orm/sql';
import { z } from 'zod';
import { InvalidTokenError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { UserType } from '../users/user.type.ts';
import type { SignedIn } from './login.mutation.ts';
import { decideRefresh, isRefreshToken } from './refresh-token.ts';
import { endSessions, lockRefreshToken, rotateRefreshToken } from './session.repository.ts';

const RefreshSessionInput = builder.inputType('RefreshSessionInput', {
  fields: (t) => ({ refreshToken: t.string({ required: true }) }),
});

/** `null` when the token was refused: decided inside the transaction, told after it committed. */
type Refreshed = { readonly signedIn: SignedIn | null };

const RefreshSessionPayload = mutationPayload<SignedIn>('RefreshSessionPayload');
RefreshSessionPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
    accessToken: t.string({ resolve: (outcome) => outcome.result.accessToken }),
    accessTokenExpiresAt: t.field({ type: 'DateTime', resolve: (outcome) => outcome.result.accessTokenExpiresAt }),
    refreshToken: t.string({ resolve: (outcome) => outcome.result.refreshToken }),
  }),
});

const RefreshSessionResult = mutationResult('RefreshSessionResult', RefreshSessionPayload, [InvalidTokenError]);

const refreshSession = defineCommand({
  name: 'refreshSession',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { public: true },
  duringMaintenance: true,
  input: z.strictObject({ refreshToken: secretInput }),
  shown: [],
  async prepare({ origin, services: { auth }, input: { refreshToken } }) {
    await auth.tokenAttempts.consume({ account: null, address: origin.ipAddress });
    if (!isRefreshToken(refreshToken.reveal())) throw new InvalidTokenError();
  },
  run: ({ em, services, input: { refreshToken } }) => refresh(em, services, refreshToken.reveal()),
});

builder.mutationField('refreshSession', (t) =>
  t.field({
    type: RefreshSessionResult.type,
    description: 'Exchanges a refresh token for a new one and a new access token. Each refresh token works once.',
    authScopes: refreshSession.authScopes,
    args: { input: t.arg({ type: RefreshSessionInput, required: true }) },
    resolve: (_root, { input }, context) =>
      RefreshSessionResult.answer(async () => {
        const outcome = await refreshSession.execute(context.forNobody(), input);
        const { signedIn } = outcome.result;
        // A reused token has ended its session by now: that is committed, whatever the client is told.
        if (!signedIn) throw new InvalidTokenError();
        const { services, origin } = context;
        await services.auth.tokenAttempts.succeed({ account: null, address: origin.ipAddress });
        return { ...outcome, result: signedIn };
      }),
  }),
);

async function refresh(em: SqlEntityManager, { auth, users }: ModuleServices, token: string): Promise<Refreshed> {
  const stored = await lockRefreshToken(em, token);
  const decision = stored ? decideRefresh(stored, stored.now, auth.refreshGraceSeconds) : 'invalid';
  if (!stored || decision === 'invalid' || !stored.isUserActive) return { signedIn: null };
  if (decision === 'reuse') {
    const ended = await endSessions(em, stored.userId, { only: stored.sessionId });
    if (ended.length > 0) (await users.load(em, stored.userId)).signedOut(ended, 'REFRESH_TOKEN_REUSED');
    return { signedIn: null };
  }
  const refreshToken = await rotateRefreshToken(em, token, stored);
  const access = await auth.tokens.issue({ userId: stored.userId, sessionId: stored.sessionId });
  return {
    signedIn: {
      userId: stored.userId,
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken,
    },
  };
}
