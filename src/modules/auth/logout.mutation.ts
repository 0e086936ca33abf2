import { NotFoundError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
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

builder.mutationFields((t) => ({
  logout: t.field({
    type: LogoutResult.type,
    description: 'Ends the session the request was made with; its tokens are refused from now on.',
    authScopes: { authenticated: true },
    resolve: (_root, _args, context) =>
      LogoutResult.answer(async () => {
        const session = await findSession(context.em, context.viewer?.sessionId ?? '');
        if (!session) throw new NotFoundError('The session');
        return endSession(context, session, 'LOGOUT');
      }),
  }),
  revokeSession: t.field({
    type: RevokeSessionResult.type,
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) =>
      RevokeSessionResult.answer(async () => {
        const session = await findSession(context.em, requireUuid(args.id));
        // Whether somebody else's session exists is nobody's business.
        if (!session || !mayManageSessions(context.viewer, session.userId)) throw new NotFoundError('The session');
        return endSession(context, session, 'REVOKED');
      }),
  }),
}));

/** Ending a session that has ended already changes and records nothing. */
function endSession({ core, services, viewer, origin }: Context, session: Session, reason: LogoutReason) {
  return core.commands.execute({
    name: 'endSession',
    viewer,
    origin,
    run: async ({ em }): Promise<Ended> => {
      const ended = await endSessions(em, session.userId, { only: session.id });
      if (ended.length > 0) (await services.users.load(em, session.userId)).signedOut(ended, reason);
      return { sessionId: session.id };
    },
  });
}
