import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Backpressure } from './backpressure.ts';
import type { SharedFrames } from './socket-frames.ts';

/** Unsent bytes at which the socket's own messages are no longer read. */
const OVERDRAWN_BYTES = 1024 * 1024;

interface Waiting {
  readonly frames: SharedFrames;
  readonly id: Buffer;
}

/** Those that have something to write in this turn: a microtask for each of them would cost as much as a frame. */
let unflushed: SocketWriter[] = [];

function flushAll(): void {
  const writers = unflushed;
  unflushed = [];
  for (const writer of writers) writer.flush();
}

/**
 * What goes out on one socket. Single messages go through the WebSocket library; the frames of event streams are made
 * for many sockets at once, and all that a turn brings is written to the connection beneath in one piece. Both are
 * whole frames of an uncompressed connection, so they may follow each other in any order.
 */
export class SocketWriter {
  readonly pressure: Backpressure;
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  /** Whether what the connection has let go of is with the system, so that its bytes may change. */
  readonly #isSystems: boolean;
  #waiting: Waiting | null = null;
  /** What a turn brings besides the first: of most sockets, nothing. */
  #more: Waiting[] | null = null;

  constructor(socket: WebSocket, connection: Duplex) {
    this.#socket = socket;
    this.#connection = connection;
    this.#isSystems = connection instanceof Socket;
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

  /** Whole frames, written with all others of this turn. `id` is that of the operation as JSON text. */
  write(frames: SharedFrames, id: Buffer): void {
    if (this.#waiting) (this.#more ??= []).push({ frames, id });
    else {
      this.#waiting = { frames, id };
      if (unflushed.length === 0) queueMicrotask(flushAll);
      unflushed.push(this);
    }
  }

  flush(): void {
    const [first, more] = [this.#waiting, this.#more];
    if (!first) return;
    this.#waiting = null;
    this.#more = null;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (more) this.#connection.write(together([first, ...more]));
    else this.#writeShared(first);
  }

  #writeShared({ frames, id }: Waiting): void {
    this.#connection.write(frames.with(id));
    if (!this.#isSystems || this.#connection.writableLength > 0) frames.hold();
  }
}

function together(waiting: readonly Waiting[]): Buffer {
  const bytes = Buffer.allocUnsafe(waiting.reduce((sum, { frames }) => sum + frames.length, 0));
  let at = 0;
  for (const { frames, id } of waiting) at = frames.copyTo(bytes, at, id);
  return bytes;
}
