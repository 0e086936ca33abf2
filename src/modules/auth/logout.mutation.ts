import { z } from 'zod';
import { NotFoundError } from '../../errors.ts';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { builder } from '../../graphql/builder.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import type { LogoutReason } from './session.events.ts';
import { mayManageSessions } from './session.policy.ts';
import { endSessions, findSession, type Session } from './session.repository.ts';
import { SessionType } from './session.type.ts';

type Ended = { readonly sessionId: string };

const LogoutPayload = mutationPayload<Ended>('LogoutPayload');
LogoutPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ sessionId: t.id({ resolve: (outcome) => outcome.result.sessionId }) }),
});

const RevokeSessionPayload = mutationPayload<Ended>('RevokeSessionPayload');
RevokeSessionPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    session: t.field({
      type: SessionType,
      resolve: async (outcome, _args, context) => {
        const session = await findSession(context.em, outcome.result.sessionId);
        if (!session) throw new NotFoundError('The session');
        return session;
      },
    }),
  }),
});

const LogoutResult = mutationResult('LogoutResult', LogoutPayload, [NotFoundError]);
const RevokeSessionResult = mutationResult('RevokeSessionResult', RevokeSessionPayload, [NotFoundError]);

const logout = defineCommand({
  name: 'logout',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  duringMaintenance: true,
  input: z.strictObject({}),
  shown: [],
  async run({ em, viewer, services }) {
    const session = await findSession(em, viewer.sessionId);
    if (!session) throw new NotFoundError('The session');
    return endSession(em, services, session, 'LOGOUT');
  },
});

const revokeSession = defineCommand({
  name: 'revokeSession',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  duringMaintenance: true,
  input: z.strictObject({ id: idInput() }),
  shown: ['id'],
  async run({ em, viewer, services, input: { id } }) {
    const session = await findSession(em, id);
    // Whether somebody else's session exists is nobody's business.
    if (!session || !mayManageSessions(viewer, session.userId)) throw new NotFoundError('The session');
    return endSession(em, services, session, 'REVOKED');
  },
});

builder.mutationFields((t) => ({
  logout: t.field({
    type: LogoutResult.type,
    description: 'Ends the session the request was made with; its tokens are refused from now on.',
    authScopes: logout.authScopes,
    resolve: (_root, _args, context) => LogoutResult.answer(() => logout.execute(context, {})),
  }),
  revokeSession: t.field({
    type: RevokeSessionResult.type,
    authScopes: revokeSession.authScopes,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => RevokeSessionResult.answer(() => revokeSession.execute(context, args)),
  }),
}));

/** Ending a session that has ended already changes and records nothing. */
async function endSession(
  em: SqlEntityManager,
  { users }: ModuleServices,
  session: Session,
  reason: LogoutReason,
): Promise<Ended> {
  const ended = await endSessions(em, session.userId, { only: session.id });
  if (ended.length > 0) (await users.load(em, session.userId)).signedOut(ended, reason);
  return { sessionId: session.id };
}
