import { randomUUID } from 'node:crypto';
import { payloadOf, SignalboxError, type SignalboxClient } from '../sdk/src/index.ts';
import type { Screen } from './screen.ts';

const NAMES = [
  ['Grace', 'Hopper'],
  ['Alan', 'Turing'],
  ['Katherine', 'Johnson'],
  ['Edsger', 'Dijkstra'],
  ['Barbara', 'Liskov'],
  ['Donald', 'Knuth'],
  ['Radia', 'Perlman'],
  ['Leslie', 'Lamport'],
  ['Margaret', 'Hamilton'],
  ['Tony', 'Hoare'],
  ['Frances', 'Allen'],
  ['Niklaus', 'Wirth'],
  ['Shafi', 'Goldwasser'],
  ['John', 'Backus'],
  ['Adele', 'Goldberg'],
  ['Dennis', 'Ritchie'],
  ['Jean', 'Bartik'],
  ['Ken', 'Thompson'],
  ['Lynn', 'Conway'],
  ['Robin', 'Milner'],
] as const;

interface Acknowledged {
  readonly events: readonly { readonly id: string; readonly type: string }[];
}

interface WriterOptions {
  readonly client: SignalboxClient;
  readonly screen: Screen;
  /** Resolves when the server answers again. */
  readonly untilUp: () => Promise<void>;
  /** Which of its events count: one for each change. */
  readonly types: readonly string[];
}

/** Makes changes, each once: what was not answered is asked again under the same key. */
export class Writer {
  /** Ids of the events of what was acknowledged, in no particular order. */
  readonly acknowledged: string[] = [];
  /** Changes that had to be asked for again. */
  repeated = 0;
  readonly #options: WriterOptions;
  #made = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Makes somebody; returns their id. */
  async create(told = true): Promise<string> {
    const number = ++this.#made;
    const [firstName, lastName] = NAMES[number % NAMES.length] ?? NAMES[0];
    const username = `${firstName}.${lastName}.${number}`.toLowerCase();
    const input = { email: `${username}@example.com`, username, firstName, lastName };
    const { user } = await this.#once(told, `create ${firstName} ${lastName}`, async (idempotencyKey) =>
      payloadOf(await this.#options.client.createUser({ input, idempotencyKey })),
    );
    return user.id;
  }

  async rename(id: string, lastName: string, told = true): Promise<void> {
    await this.#once(told, `rename to ${lastName}`, async (idempotencyKey) =>
      payloadOf(await this.#options.client.updateUser({ id, input: { lastName }, idempotencyKey })),
    );
  }

  async #once<Payload extends Acknowledged>(
    told: boolean,
    what: string,
    ask: (key: string) => Promise<Payload>,
  ): Promise<Payload> {
    const { screen, untilUp, types } = this.#options;
    const key = randomUUID();
    if (told) screen.left(what);
    for (;;) {
      try {
        const payload = await ask(key);
        this.acknowledged.push(...payload.events.filter(({ type }) => types.includes(type)).map(({ id }) => id));
        return payload;
      } catch (error) {
        if (!(error instanceof SignalboxError && ['NETWORK_ERROR', 'TIMEOUT'].includes(error.code))) throw error;
        this.repeated += 1;
        screen.left(`no answer to "${what}": was it done? Asking again, same key`, 'yellow');
        await untilUp();
      }
    }
  }
}
