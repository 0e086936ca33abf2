import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Effect {
  readonly dedupeKey: string;
  readonly attempt: number;
  readonly eventId: string;
  readonly ledger: string;
  readonly version: number;
  /** Id of the process that sent it. */
  readonly process: number;
}

/** Called with each effect as it arrives, before it is written down; the answer goes out when it has returned. */
export type OnEffect = (effect: Effect, answer: Answer) => void | Promise<void>;

interface Answer {
  /** 200 unless changed. */
  status: number;
  /** Called when the answer has left this process. */
  afterwards?: () => void;
}

/** The outside world of a handler: a server that writes down what it is told, every repeat included. */
export class EffectSink implements AsyncDisposable {
  /** Those it accepted, in the order of arrival. */
  readonly effects: Effect[] = [];
  onEffect: OnEffect | null = null;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response));
  }

  static async listen(): Promise<EffectSink> {
    const sink = new EffectSink(createServer());
    const { promise, resolve } = Promise.withResolvers<void>();
    sink.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Effects that came more than once. */
  get repeated(): number {
    return this.effects.length - new Set(this.effects.map(({ eventId }) => eventId)).size;
  }

  /** Dedupe keys of each event; more than one is a fault. */
  keysByEvent(): Map<string, Set<string>> {
    const keys = new Map<string, Set<string>>();
    for (const { eventId, dedupeKey } of this.effects)
      keys.set(eventId, (keys.get(eventId) ?? new Set()).add(dedupeKey));
    return keys;
  }

  /** Each effect where it first arrived. */
  firstArrivals(): Effect[] {
    const seen = new Set<string>();
    return this.effects.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const effect = JSON.parse(await text(request)) as Effect;
    const answer: Answer = { status: 200 };
    await this.onEffect?.(effect, answer);
    if (answer.status === 200) this.effects.push(effect);
    response.writeHead(answer.status).end(() => answer.afterwards?.());
  }
}
