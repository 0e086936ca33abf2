import { type ClientOptions, createClient, type SignalboxClient } from '../../sdk/src/index.ts';
import type { SignedIn } from './factories.ts';
import { waitFor } from './wait-for.ts';

export type TestClient = SignalboxClient & Disposable;

/** Reconnects faster than anybody would want outside of tests. */
const RECONNECT = { baseMs: 10, maxMs: 100 };

/** A client of the SDK, signed in as whoever that is; null is nobody. */
export async function sdkClient(
  url: string,
  who: SignedIn | null,
  options: Partial<ClientOptions> = {},
): Promise<TestClient> {
  const client = createClient({ url, reconnect: RECONNECT, ...options });
  if (who) {
    const { accessToken, refreshToken } = who;
    await client.session.adopt({ accessToken, refreshToken, accessTokenExpiresAt: '' });
  }
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

export type StreamKind = 'websocket' | 'sse';

/** Takes a stream's events as they come, in the background. */
export class StreamReader<Event extends { readonly id: string }> {
  readonly events: Event[] = [];
  /** Resolves when the stream has ended; rejects with what it failed with. */
  readonly ended: Promise<void>;

  constructor(stream: AsyncIterable<Event>) {
    this.ended = this.#read(stream);
    // It may fail before anybody asks.
    this.ended.catch(() => undefined);
  }

  get ids(): readonly string[] {
    return this.events.map(({ id }) => id);
  }

  async until(id: string, timeoutMs = 20_000): Promise<void> {
    const arrived = waitFor(() => this.ids.includes(id), { describe: `the event ${id}`, timeoutMs });
    await Promise.race([arrived, this.ended]);
    await arrived;
  }

  async #read(stream: AsyncIterable<Event>): Promise<void> {
    for await (const event of stream) this.events.push(event);
  }
}
