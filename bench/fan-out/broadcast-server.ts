import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { answerParent, usage } from './child.ts';
import type { ServerApi } from './scenario.ts';

let server: WebSocketServer | null = null;

/** The least that can be done: what Redis says is sent to each socket, with no GraphQL, no cursor and no memory. */
answerParent({
  async start({ redisUrl, channel }) {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server = sockets;
    await once(sockets, 'listening');
    const redis = new Redis(redisUrl);
    await redis.subscribe(channel);
    redis.on('message', (_channel: string, message: string) => {
      for (const socket of sockets.clients) socket.send(message);
    });
    return { port: (sockets.address() as AddressInfo).port, token: null };
  },
  live: () => server?.clients.size ?? 0,
  usage,
} satisfies ServerApi);
