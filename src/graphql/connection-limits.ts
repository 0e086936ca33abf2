import { RequestError } from '../errors.ts';

interface ConnectionLimitOptions {
  readonly connectionsPerAddress: number;
  readonly connectionsPerUser: number;
}

/** How many sockets and event streams one address and one person have at this node. */
export class ConnectionLimits {
  readonly #addresses: Tally;
  readonly #people: Tally;

  constructor({ connectionsPerAddress, connectionsPerUser }: ConnectionLimitOptions) {
    this.#addresses = new Tally(connectionsPerAddress, 'from this address');
    this.#people = new Tally(connectionsPerUser, 'of this person');
  }

  /** Counts one until it is disposed of. Connections without a known address share one count. @throws RequestError RATE_LIMITED */
  admitAddress(address: string | null): Disposable {
    return this.#addresses.admit(address ?? '');
  }

  /** @throws RequestError RATE_LIMITED */
  admitPerson(personId: string): Disposable {
    return this.#people.admit(personId);
  }
}

class Tally {
  readonly #limit: number;
  readonly #whose: string;
  readonly #counts = new Map<string, number>();

  constructor(limit: number, whose: string) {
    this.#limit = limit;
    this.#whose = whose;
  }

  admit(key: string): Disposable {
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#limit) {
      throw new RequestError('RATE_LIMITED', `There are ${this.#limit} connections ${this.#whose} already.`);
    }
    this.#counts.set(key, count + 1);
    return new Place(this, key);
  }

  release(key: string): void {
    const count = (this.#counts.get(key) ?? 1) - 1;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

/** One that is counted until it is disposed of, however often. A class, since every connection holds two of them. */
class Place implements Disposable {
  #tally: Tally | null;
  readonly #key: string;

  constructor(tally: Tally, key: string) {
    this.#tally = tally;
    this.#key = key;
  }

  [Symbol.dispose](): void {
    this.#tally?.release(this.#key);
    this.#tally = null;
  }
}
