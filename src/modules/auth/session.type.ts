import { builder } from '../../graphql/builder.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { UserType } from '../users/user.type.ts';
import { mayManageSessions } from './session.policy.ts';
import { listSessions, type Session } from './session.repository.ts';

export const SessionType = builder.objectRef<Session>('Session').implement({
  authScopes: (session, context) => mayManageSessions(context.viewer, session.userId),
  fields: (t) => ({
    id: t.exposeID('id'),
    user: t.field({ type: UserType, resolve: (session) => session.userId }),
    device: t.exposeString('device', { nullable: true, description: 'The user agent it was opened with.' }),
    ip: t.exposeString('ip', { nullable: true }),
    isCurrent: t.boolean({ resolve: (session, _args, context) => session.id === context.viewer?.sessionId }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
  }),
});

builder.queryField('sessions', (t) =>
  t.field({
    type: [SessionType],
    description: "Your own, or another user's for holders of sessions:manage; the newest 100.",
    authScopes: (_root, args, context) =>
      mayManageSessions(context.viewer, args.userId ?? context.viewer?.userId ?? ''),
    args: { userId: t.arg.id() },
    resolve: (_root, args, context) =>
      listSessions(context.em, requireUuid(args.userId ?? context.viewer?.userId ?? '', 'userId')),
  }),
);
