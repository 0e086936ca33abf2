import type { WebSocket } from 'ws';
import { MessageRate } from './message-rate.ts';

/** Why a socket is not read. */
type Hold = 'unsent' | 'rate';

/** How fast one socket's messages are read: not while there is a reason to hold them. */
export class SocketReading {
  readonly #socket: WebSocket;
  readonly #rate: MessageRate;
  #holds: Set<Hold> | null = null;

  constructor(socket: WebSocket, messagesPerSecond: number) {
    this.#socket = socket;
    this.#rate = new MessageRate(messagesPerSecond, performance.now());
  }

  /** Counts a message; reading pauses while they come too fast. */
  countMessage(): void {
    const pauseMs = this.#rate.count(performance.now());
    if (pauseMs === 0) return;
    this.hold('rate');
    setTimeout(() => this.release('rate'), pauseMs);
  }

  hold(reason: Hold): void {
    this.#holds ??= new Set();
    this.#holds.add(reason);
    this.#socket.pause();
  }

  release(reason: Hold): void {
    if (this.#holds?.delete(reason) !== true || this.#holds.size > 0) return;
    this.#holds = null;
    this.#socket.resume();
  }
}
