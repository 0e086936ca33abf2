import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerParent, usage } from './child.ts';
import type { ServerApi } from './scenario.ts';

const AGGREGATE_ID = '"aggregateId":"';
const ID_LENGTH = 36;

let server: WebSocketServer | null = null;

/**
 * The least that can be done: what Redis says is sent to each socket, with no GraphQL, no cursor and no memory; or, where
 * sockets named an aggregate when they connected, to those that named the event's.
 */
answerParent({
  async start({ redisUrl, channel }) {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server = sockets;
    await once(sockets, 'listening');
    const rooms = new Map<string, Set<WebSocket>>();
    sockets.on('connection', (socket, { url = '/' }) => {
      const name = new URL(url, 'ws://localhost').searchParams.get('aggregateId');
      if (name === null) return;
      const room = rooms.get(name) ?? new Set();
      rooms.set(name, room.add(socket));
      socket.once('close', () => {
        room.delete(socket);
        if (room.size === 0) rooms.delete(name);
      });
    });
    const redis = new Redis(redisUrl);
    await redis.subscribe(channel);
    redis.on('message', (_channel: string, message: string) => {
      const receivers = rooms.size === 0 ? sockets.clients : rooms.get(aggregateIdIn(message));
      for (const socket of receivers ?? []) socket.send(message);
    });
    return { port: (sockets.address() as AddressInfo).port, token: null };
  },
  live: () => server?.clients.size ?? 0,
  usage,
} satisfies ServerApi);

/** Without parsing: the writer puts it before anything that could look alike. */
function aggregateIdIn(message: string): string {
  const at = message.indexOf(AGGREGATE_ID) + AGGREGATE_ID.length;
  return message.slice(at, at + ID_LENGTH);
}
