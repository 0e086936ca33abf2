import { memoryStore, type SignalboxClient, type StreamStatus } from '../sdk/src/index.ts';
import type { Screen } from './screen.ts';

export const TYPES = ['USER_CREATED', 'USER_UPDATED'] as const;

interface Told {
  readonly id: string;
  readonly text: string;
}

/** More than this in one go are summed up. */
const TOLD_ONE_BY_ONE = 4;
const GATHER_MS = 60;

/** Follows the events of accounts, over whatever happens to the connection. */
export class Subscriber {
  /** Ids, as they came. */
  readonly seen: string[] = [];
  /** How often it was live. */
  connections = 0;
  readonly #screen: Screen;
  readonly #client: SignalboxClient;
  #fresh: Told[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isLive = false;

  constructor(client: SignalboxClient, screen: Screen) {
    this.#client = client;
    this.#screen = screen;
  }

  /** Runs until the client is closed. `after`: the cursor to begin at, null for the present. */
  async follow(after: string | null, onLive: () => void): Promise<void> {
    const options = { store: memoryStore(), onStatus: (status: StreamStatus) => this.#tell(status, onLive) };
    for await (const event of this.#client.domainEvents({ filter: { types: TYPES }, after }, options)) {
      this.seen.push(event.id);
      const { firstName, lastName } = event.data.user;
      this.#gather({ id: event.id, text: `${event.type} v${event.version} ${firstName} ${lastName}` });
    }
  }

  #tell(status: StreamStatus, onLive: () => void): void {
    this.#flush();
    if (status.state === 'waiting') {
      if (this.#isLive) this.#screen.right(`cut off after event ${this.seen.length} (${status.error.code})`, 'red');
      this.#isLive = false;
    } else if (status.state === 'replaying' && !this.#isLive && this.connections > 0) {
      this.#screen.right(`connected again: what followed event ${this.seen.length}?`, 'green');
    } else if (status.state === 'live' && !this.#isLive) {
      this.#isLive = true;
      this.connections += 1;
      this.#screen.right(`live, over connection ${this.connections}`, 'green');
      onLive();
    }
  }

  #gather(told: Told): void {
    this.#fresh.push(told);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const fresh = this.#fresh;
    this.#fresh = [];
    const first = this.seen.length - fresh.length + 1;
    if (fresh.length <= TOLD_ONE_BY_ONE)
      fresh.forEach(({ text }, index) => this.#screen.right(`${first + index}. ${text}`));
    else this.#screen.right(`${first}. to ${this.seen.length}. (${fresh.length} events) … ${fresh.at(-1)?.text ?? ''}`);
  }
}
