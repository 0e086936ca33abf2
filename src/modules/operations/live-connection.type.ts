import { pageOf } from '../../graphql/connection.ts';
import { builder } from '../../graphql/builder.ts';
import type { LiveOperation } from '../../graphql/live-connections.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import type { Census, CountedConnection } from './connection-census.ts';

const PERMISSION = { permission: 'sessions:manage' };

const LiveTransport = builder.enumType('LiveTransport', { values: ['WEBSOCKET', 'SSE'] as const });

const LiveOperationType = builder.objectRef<LiveOperation>('LiveOperation').implement({
  authScopes: PERMISSION,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'Of the operation, in its document.' }),
    type: t.exposeString('type', { nullable: true, description: 'query, mutation or subscription.' }),
    since: t.field({ type: 'DateTime', resolve: (operation) => new Date(operation.since) }),
    sent: t.expose('sent', { type: 'SafeInt', nullable: true, description: 'Events, of a stream of events.' }),
    cursor: t.field({
      type: 'Cursor',
      nullable: true,
      description: 'Up to where it was sent everything.',
      resolve: (operation) => operation.cursor,
    }),
    lag: t.expose('lag', { type: 'SafeInt', nullable: true, description: 'Positions of the log behind its end.' }),
  }),
});

export const LiveConnectionType = builder.objectRef<CountedConnection>('LiveConnection').implement({
  authScopes: PERMISSION,
  fields: (t) => ({
    id: t.exposeID('id'),
    node: t.exposeID('node', { description: 'The process that serves it.' }),
    transport: t.field({ type: LiveTransport, resolve: (connection) => connection.transport }),
    userId: t.exposeID('userId', { nullable: true }),
    ipAddress: t.exposeString('ipAddress', { nullable: true }),
    userAgent: t.exposeString('userAgent', { nullable: true }),
    since: t.field({ type: 'DateTime', resolve: (connection) => new Date(connection.since) }),
    unsentBytes: t.expose('unsentBytes', {
      type: 'SafeInt',
      description: 'What waits for the client to take it; bounded, since streams wait too.',
    }),
    operations: t.field({
      type: [LiveOperationType],
      description: 'The longest-lived first.',
      args: { first: t.arg.int() },
      resolve: ({ operations }, { first }) => operations.slice(0, pageOf({ first }, 0).size),
    }),
  }),
});

interface CensusPage {
  readonly census: Census;
  readonly connections: readonly CountedConnection[];
  readonly size: number;
}

const LiveConnectionsType = builder.objectRef<CensusPage>('LiveConnections').implement({
  guardedByParent: true,
  fields: (t) => ({
    totalCount: t.int({ resolve: ({ connections }) => connections.length }),
    connections: t.field({
      type: [LiveConnectionType],
      description: 'Those that are furthest behind first.',
      resolve: ({ connections, size }) => connections.toSorted(worstFirst).slice(0, size),
    }),
    silentNodes: t.idList({
      description: 'Nodes that did not answer, so that their connections are missing.',
      resolve: ({ census }) => [...census.silentNodes],
    }),
  }),
});

builder.queryField('liveConnections', (t) =>
  t.field({
    type: LiveConnectionsType,
    description: 'The WebSockets and event streams of all nodes at this moment.',
    authScopes: PERMISSION,
    args: { userId: t.arg.id(), first: t.arg.int() },
    resolve: async (_root, { userId, first }, { services, viewer, origin }) => {
      const { size } = pageOf({ first }, 0);
      const wanted = userId == null ? null : requireUuid(userId, 'userId');
      services.securityLog.write('CONNECTIONS_READ', {
        userId: viewer?.userId ?? null,
        correlationId: origin.correlationId,
        about: wanted,
      });
      const census = await services.connectionCensus.take();
      const connections = census.connections.filter((each) => wanted === null || each.userId === wanted);
      return { census, connections, size };
    },
  }),
);

function worstFirst(a: CountedConnection, b: CountedConnection): number {
  return lagOf(b) - lagOf(a) || b.unsentBytes - a.unsentBytes || (a.since < b.since ? -1 : 1);
}

function lagOf({ operations }: CountedConnection): number {
  return Math.max(0, ...operations.map(({ lag }) => lag ?? 0));
}
