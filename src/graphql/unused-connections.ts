import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** For a request that was sent before its sender could know. */
const LAST_WORD_MS = 200;

/**
 * Connections on which nothing has been asked yet, such as browsers and load balancers open in advance. `Server.close` takes
 * them for ones whose request is on its way, and waits for it.
 */
export class UnusedConnections {
  readonly #forgetting = new Map<Duplex, () => void>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      const forget = (): void => void this.#forgetting.delete(socket);
      this.#forgetting.set(socket, forget);
      socket.once('close', forget);
    });
  }

  /** To be called with each request: a socket may live for hours, and need not be known here any more. */
  used(socket: Duplex): void {
    const forget = this.#forgetting.get(socket);
    if (forget) socket.off('close', forget);
    this.#forgetting.delete(socket);
  }

  /** Ends them, but for those on which something comes at the last moment. */
  end(): void {
    setTimeout(() => {
      for (const socket of this.#forgetting.keys()) if ((socket as Socket).bytesRead === 0) socket.destroy();
    }, LAST_WORD_MS);
  }
}
