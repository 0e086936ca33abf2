import type { SqlEntityManager } from '@mikro-orm/sql';
import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { AccountInactiveError, AccountLockedError, InvalidCredentialsError, RequestError } from '../../errors.ts';
import { lockStream } from '../../event-store/lock-stream.ts';
import { builder } from '../../graphql/builder.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { type CommandCaller, defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { UserType } from '../users/user.type.ts';
import { type AttemptSubject, tooManyAttempts } from './attempt-limiter.ts';
import { openSession } from './session.repository.ts';
import { claimOfPerson, claimOfStranger } from './turn-claim.ts';

const LoginInput = builder.inputType('LoginInput', {
  fields: (t) => ({ email: t.string({ required: true }), password: t.string({ required: true }) }),
});

type Credentials = NonNullable<Awaited<ReturnType<ModuleServices['users']['findCredentials']>>>;

/** A type, not an interface: it must fit the index signature of a command's result. */
export type SignedIn = {
  readonly userId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
};

const LoginPayload = mutationPayload<SignedIn>('LoginPayload');
LoginPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    user: t.field({ type: UserType, grantScopes: ['ownAccount'], resolve: (outcome) => outcome.result.userId }),
    accessToken: t.string({ resolve: (outcome) => outcome.result.accessToken }),
    accessTokenExpiresAt: t.field({ type: 'DateTime', resolve: (outcome) => outcome.result.accessTokenExpiresAt }),
    refreshToken: t.string({ resolve: (outcome) => outcome.result.refreshToken }),
  }),
});

const LoginResult = mutationResult('LoginResult', LoginPayload, [
  InvalidCredentialsError,
  AccountInactiveError,
  AccountLockedError,
]);

const login = defineCommand({
  name: 'login',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { public: true },
  duringMaintenance: true,
  input: z.strictObject({ email: z.string(), password: secretInput }),
  shown: [],
  async prepare(asked) {
    const { email, password } = asked.input;
    const { auth, users } = asked.services;
    const attempt = { account: email.slice(0, 320), address: asked.origin.ipAddress };
    // Per attempt, before the look-up: aliases and batches count, and unknown accounts count like known ones.
    const knownAs = await admit(asked, attempt);
    const claim = knownAs === null ? claimOfStranger(attempt.address) : { from: knownAs, isKnown: true };
    const { found: account, ...verdict } = await auth.passwords
      .verifyFound(() => users.findCredentials(asked.em, { email }), password.reveal(), claim)
      .catch((error: unknown) => {
        // Whoever got no turn is not made to wait for this as well.
        if (error instanceof RequestError && error.code === 'RATE_LIMITED') void auth.loginAttempts.unseen(attempt);
        throw error;
      });
    if (!account || !verdict.ok || !account.isActive) {
      refused(asked, account, verdict.ok);
      throw verdict.ok ? new AccountInactiveError() : new InvalidCredentialsError();
    }
    await auth.loginAttempts.succeed(attempt);
    const ofOwner = claimOfPerson(account.userId);
    return { account, rehashed: verdict.needsRehash ? await auth.passwords.hash(password.reveal(), ofOwner) : null };
  },
  async run({ em, origin, services, input, prepared: { account, rehashed } }): Promise<SignedIn> {
    const { auth, users } = services;
    await requireStillRight(em, services, account, input.password.reveal());
    const user = await users.load(em, account.userId);
    const { session, refreshToken } = await openSession(em, user.id, origin, auth.refreshDays);
    if (rehashed) user.passwordHash = rehashed;
    user.signedIn(session);
    const access = await auth.tokens.issue({ userId: user.id, sessionId: session.id });
    return { userId: user.id, accessToken: access.token, accessTokenExpiresAt: access.expiresAt, refreshToken };
  },
});

builder.mutationField('login', (t) =>
  t.field({
    type: LoginResult.type,
    authScopes: login.authScopes,
    args: { input: t.arg({ type: LoginInput, required: true }) },
    // Whoever signs in is nobody yet, whatever token the request came with.
    resolve: (_root, { input }, context) => LoginResult.answer(() => login.execute(context.forNobody(), input)),
  }),
);

/**
 * The check of the password took its time and came before the transaction: the account may be gone, disabled, or have
 * another password by now, and its sessions be ended. From here on it stays as it is.
 */
async function requireStillRight(
  em: SqlEntityManager,
  services: ModuleServices,
  checked: { readonly userId: string; readonly passwordHash: string | null },
  password: string,
): Promise<void> {
  await lockStream(sqlOf(em), 'User', checked.userId);
  const current = await services.users.findCredentials(em, { userId: checked.userId });
  // A rival may have hashed the same password anew.
  const isSame = current?.passwordHash === checked.passwordHash;
  const claim = claimOfPerson(checked.userId);
  const isRight = isSame || (await services.auth.passwords.verify(current?.passwordHash ?? null, password, claim)).ok;
  if (!current || !isRight) throw new InvalidCredentialsError();
  if (!current.isActive) throw new AccountInactiveError();
}

/**
 * What is known of the caller, if anything, as `AttemptVerdict.knownAs`.
 * @throws AccountLockedError for this account, RequestError RATE_LIMITED for every account from this address.
 */
async function admit(
  { services, origin }: CommandCaller,
  attempt: AttemptSubject & { readonly account: string },
): Promise<string | null> {
  const { refusal, lock, knownAs } = await services.auth.loginAttempts.attempt(attempt);
  if (lock) {
    const until = new Date(Date.now() + lock.forMs);
    services.auth.journal.note({ kind: 'locked', email: attempt.account, scope: lock.scope, until, origin });
  }
  if (!refusal) return knownAs;
  const { correlationId, ipAddress } = origin;
  services.securityLog.write('SIGN_IN_LIMITED', { by: refusal.by, correlationId, ipAddress });
  if (refusal.by === 'ALL_ACCOUNTS') throw tooManyAttempts(refusal.retryAfterMs);
  throw new AccountLockedError(refusal.retryAfterMs);
}

/** Nothing here is waited for: the answer must take as long for an account that there is as for one that there is not. */
function refused({ services, origin }: CommandCaller, account: Credentials | null, passwordIsRight: boolean): void {
  const { correlationId, ipAddress } = origin;
  const reason = passwordIsRight
    ? 'ACCOUNT_INACTIVE'
    : account?.passwordHash === null
      ? 'NO_PASSWORD'
      : 'WRONG_PASSWORD';
  const userId = account?.userId ?? null;
  services.securityLog.write('SIGN_IN_FAILED', {
    userId,
    reason: account ? reason : 'UNKNOWN_ACCOUNT',
    correlationId,
    ipAddress,
  });
  if (userId !== null) services.auth.journal.note({ kind: 'failed', userId, reason, origin });
}
