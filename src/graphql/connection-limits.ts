import { RequestError } from '../errors.ts';
import { addressNetwork } from './client-address.ts';
import { OpeningRate } from './opening-rate.ts';

interface ConnectionLimitOptions {
  readonly connectionsPerAddress: number;
  readonly connectionsPerUser: number;
  readonly connectionsPerSecond: number;
}

/**
 * How many sockets and event streams one address and one person have at this node, and how fast they open others: as
 * many at once as they may have, since after a cut all come back together, and then so many a second.
 */
export class ConnectionLimits {
  readonly #addresses: Tally;
  readonly #people: Tally;

  constructor(options: ConnectionLimitOptions) {
    const { connectionsPerAddress, connectionsPerUser, connectionsPerSecond: perSecond } = options;
    this.#addresses = new Tally({ limit: connectionsPerAddress, perSecond, whose: 'from this address' });
    this.#people = new Tally({ limit: connectionsPerUser, perSecond, whose: 'of this person' });
  }

  /**
   * Counts one until it is disposed of. A /64 network of IPv6 is one address; connections without a known one share one
   * count. @throws RequestError RATE_LIMITED
   */
  admitAddress(address: string | null): Disposable {
    return this.#addresses.admit(address === null ? '' : addressNetwork(address));
  }

  /** @throws RequestError RATE_LIMITED */
  admitPerson(personId: string): Disposable {
    return this.#people.admit(personId);
  }
}

interface TallyOptions {
  readonly limit: number;
  readonly perSecond: number;
  readonly whose: string;
}

class Tally {
  readonly #limit: number;
  readonly #whose: string;
  readonly #rate: OpeningRate;
  readonly #counts = new Map<string, number>();

  constructor({ limit, perSecond, whose }: TallyOptions) {
    this.#limit = limit;
    this.#whose = whose;
    this.#rate = new OpeningRate({ perSecond, burst: limit });
  }

  admit(key: string): Disposable {
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#limit) {
      throw new RequestError('RATE_LIMITED', `There are ${this.#limit} connections ${this.#whose} already.`);
    }
    const waitMs = this.#rate.count(key, performance.now());
    if (waitMs > 0) {
      const retryAfterMs = Math.ceil(waitMs);
      throw new RequestError('RATE_LIMITED', `Too many connections ${this.#whose} were opened.`, { retryAfterMs });
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
