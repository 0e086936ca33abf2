import type { WebSocket } from 'ws';
import { RequestError } from '../errors.ts';
import type { RequestOrigin } from '../viewer.ts';
import type { Operation } from './operation.ts';

/** Unsent bytes at which the socket's own messages are no longer read, until it has taken some of them. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** One incoming message until its handling is over: for a subscription, until the stream is. */
interface Handling {
  operation?: Operation;
  operationId?: string;
}

/** One open socket: who it speaks for and what runs on it. */
export class SocketConnection {
  readonly requestId: string;
  readonly origin: RequestOrigin;
  /** The credentials last accepted on this socket. */
  authorization: string | null = null;
  readonly #socket: WebSocket;
  readonly #closing = new AbortController();
  readonly #handlings = new Set<Handling>();
  #current: Handling | undefined;
  #draining = false;

  constructor(socket: WebSocket, requestId: string, origin: RequestOrigin) {
    this.#socket = socket;
    this.requestId = requestId;
    this.origin = origin;
  }

  /** Aborted when the socket closes. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  get operationCount(): number {
    return [...this.#handlings].filter((handling) => handling.operation !== undefined).length;
  }

  /** Hands one message to the protocol and stays informed until it is dealt with. */
  async handle(text: string, protocol: (text: string) => Promise<void>): Promise<void> {
    this.#abortCompleted(text);
    const handling: Handling = {};
    this.#handlings.add(handling);
    this.#current = handling;
    const handled = protocol(text);
    this.#current = undefined;
    try {
      await handled;
    } finally {
      this.#handlings.delete(handling);
      if (this.#draining) this.#closeWhenIdle();
    }
  }

  /** To be called in the same turn in which the protocol got the message that starts the operation. */
  started(operation: Operation, id: string): void {
    if (this.#current === undefined) throw new Error('No message is being handled.');
    this.#current.operation = operation;
    this.#current.operationId = id;
  }

  /** Sends what fits; reading pauses while the client does not take what it asked for. */
  async send(data: string): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    await new Promise<void>((resolve) => {
      socket.send(data, () => {
        if (socket.isPaused && socket.bufferedAmount < MAX_UNSENT_BYTES) socket.resume();
        resolve();
      });
      if (socket.bufferedAmount >= MAX_UNSENT_BYTES) socket.pause();
    });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Closes with 1001 once queries and mutations are answered. Subscriptions do not hold it up: clients resume those. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#closeWhenIdle();
  }

  closed(): void {
    const gone = new RequestError('SERVICE_UNAVAILABLE', 'The client went away.');
    this.#closing.abort(gone);
    for (const { operation } of this.#handlings) operation?.abort(gone);
  }

  #closeWhenIdle(): void {
    const isBusy = [...this.#handlings].some(
      ({ operation }) => operation !== undefined && operation.type !== 'subscription',
    );
    if (!isBusy) this.#socket.close(1001, 'Going away');
  }

  /**
   * `complete` from a client cancels its operation. The protocol library ends the iterator of a subscription that has
   * one already, and otherwise only forgets the operation, which would run on; so the message is looked at here first.
   */
  #abortCompleted(text: string): void {
    if (!/^\s*\{[^{}]*"complete"[^{}]*\}\s*$/.test(text)) return;
    const { type, id } = parseMessage(text);
    if (type !== 'complete') return;
    const cancelled = new RequestError('SERVICE_UNAVAILABLE', 'The client cancelled the operation.');
    for (const { operation, operationId } of this.#handlings) {
      if (operationId === id) operation?.abort(cancelled);
    }
  }
}

function parseMessage(text: string): { type?: unknown; id?: unknown } {
  try {
    return JSON.parse(text) as { type?: unknown; id?: unknown };
  } catch (error) {
    // The protocol reads the same text next and closes the socket over it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
