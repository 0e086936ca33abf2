import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Backpressure } from './backpressure.ts';

/** Unsent bytes at which the socket's own messages are no longer read. */
const OVERDRAWN_BYTES = 1024 * 1024;

/**
 * What goes out on one socket. Single messages go through the WebSocket library; the frames of event streams are made
 * for many sockets at once, and all that a turn brings is written to the connection beneath in one piece. Both are
 * whole frames of an uncompressed connection, so they may follow each other in any order.
 */
export class SocketWriter {
  readonly pressure: Backpressure;
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  #frames: Buffer[] = [];

  constructor(socket: WebSocket, connection: Duplex) {
    this.#socket = socket;
    this.#connection = connection;
    this.pressure = new Backpressure(connection);
  }

  /** Whether so much of what the client asked for is unsent that it should ask for no more. */
  get isOverdrawn(): boolean {
    return this.pressure.unsentBytes >= OVERDRAWN_BYTES;
  }

  /** One message; resolves when the system has taken it, or never will. */
  async send(text: string): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.flush();
    await new Promise<void>((resolve) => {
      this.#socket.send(text, () => resolve());
    });
  }

  /** Whole frames, written with all others of this turn. */
  write(frames: Buffer): void {
    if (this.#frames.length === 0) queueMicrotask(() => this.flush());
    this.#frames.push(frames);
  }

  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (frames.length === 1) {
      this.#connection.write(frames[0]);
      return;
    }
    this.#connection.cork();
    for (const frame of frames) this.#connection.write(frame);
    this.#connection.uncork();
  }
}
