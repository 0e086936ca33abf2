import { createHmac, randomBytes } from 'node:crypto';
import { RequestError } from '../../errors.ts';
import { addressNetwork } from '../../graphql/client-address.ts';
import { AttemptCounter, type Excess, type SharedAttempts } from './attempt-counter.ts';
import type { LockScope } from './session.events.ts';

const MINUTES = 60;
const KNOWN_PAIR_SECONDS = 14 * 24 * 60 * MINUTES;

export interface AttemptLimit {
  readonly attempts: number;
  /** Length of the window, which starts at its first attempt. */
  readonly seconds: number;
}

export interface AttemptLimits {
  /** One account from one address. */
  readonly perPair: AttemptLimit;
  /** One account from everywhere. */
  readonly perAccount: AttemptLimit;
  /** All accounts from one address (an IPv6 /64 network counts as one). */
  readonly perAddress: AttemptLimit;
}

export const LOGIN_LIMITS: AttemptLimits = {
  perPair: { attempts: 10, seconds: 15 * MINUTES },
  perAccount: { attempts: 50, seconds: 15 * MINUTES },
  perAddress: { attempts: 100, seconds: 15 * MINUTES },
};

export const REGISTRATION_LIMITS: AttemptLimits = {
  perPair: { attempts: 5, seconds: 60 * MINUTES },
  perAccount: { attempts: 10, seconds: 60 * MINUTES },
  perAddress: { attempts: 50, seconds: 60 * MINUTES },
};

/** Mails that somebody asks for: enough for one who finds none in the first place, too few to fill a mailbox. */
export const RESET_LIMITS: AttemptLimits = {
  perPair: { attempts: 5, seconds: 60 * MINUTES },
  perAccount: { attempts: 10, seconds: 60 * MINUTES },
  perAddress: { attempts: 50, seconds: 60 * MINUTES },
};

/** One mail a day tells the owner of an address that somebody registered with it. */
export const REGISTRATION_NOTICE_LIMITS: AttemptLimits = {
  perPair: { attempts: 1, seconds: 24 * 60 * MINUTES },
  perAccount: { attempts: 1, seconds: 24 * 60 * MINUTES },
  perAddress: { attempts: 1, seconds: 24 * 60 * MINUTES },
};

export interface AttemptLimiterOptions {
  /** Names the counters in Redis: each purpose counts for itself. */
  readonly purpose: 'login' | 'registration' | 'registration-notice' | 'password-reset' | 'token';
  readonly limits: AttemptLimits;
  /** Counts for all nodes together; without it each process counts for itself. `keySecret` is the same on every node. */
  readonly shared?: SharedAttempts & {
    readonly keySecret: string | Buffer;
    /** For all the Redis commands of one attempt together; then it is counted in this process. Default 80. */
    readonly patienceMs?: number;
  };
  /** Keys kept in memory per counter; default 20,000, about 10 MB. */
  readonly maxKeysInMemory?: number;
}

/** Who tries. `account` is the identifier as typed, known or not; `null` where there is none. */
export interface AttemptSubject {
  readonly account: string | null;
  /** The client's IP address, or `null` when the socket has none. */
  readonly address: string | null;
}

export interface AttemptVerdict {
  /** Why the attempt may not go on. */
  readonly refusal: (Excess & { readonly by: LockScope | 'ALL_ACCOUNTS' }) | null;
  /** Set for the one attempt of a window with which the account became closed. */
  readonly lock: { readonly scope: LockScope; readonly forMs: number } | null;
  /** Names account and address together, when the account has signed in from there of late; else null. */
  readonly knownAs: string | null;
}

const PASSED: AttemptVerdict = { refusal: null, lock: null, knownAs: null };

/**
 * Limits guesses per account and address, per address, and per account.
 *
 * `consume` before each attempt, so that every alias and every batched operation counts, and before looking the account
 * up, so that known and unknown ones are refused alike. An attempt refused by one counter does not reach the next: one
 * address can spend at most its pair's share of an account's attempts, and somebody who wants to shut the owner out
 * needs several. Even then the owner gets in from an address that has signed in before: the account's own counter does
 * not apply there, its pair's does. No refusal outlasts its window.
 */
export class AttemptLimiter {
  readonly #perPair: AttemptCounter;
  readonly #perAccount: AttemptCounter;
  readonly #perAddress: AttemptCounter;
  /** Pairs that succeeded of late; counted only to be remembered. */
  readonly #knownPairs: AttemptCounter;
  readonly #keySecret: string | Buffer;
  readonly #patienceMs: number;

  constructor({ purpose, limits, shared, maxKeysInMemory = 20_000 }: AttemptLimiterOptions) {
    const counter = (name: string, limit: AttemptLimit): AttemptCounter =>
      new AttemptCounter({ name: `${purpose}:${name}`, ...limit, maxKeysInMemory, shared: shared ?? null });
    this.#perPair = counter('pair', limits.perPair);
    this.#perAccount = counter('account', limits.perAccount);
    this.#perAddress = counter('address', limits.perAddress);
    this.#knownPairs = counter('known', { attempts: 1, seconds: KNOWN_PAIR_SECONDS });
    this.#keySecret = shared?.keySecret ?? randomBytes(32);
    this.#patienceMs = shared?.patienceMs ?? 80;
  }

  /** Counts one attempt. Throws `RequestError` RATE_LIMITED with `retryAfterMs` when it is one too many. */
  async consume(subject: AttemptSubject): Promise<void> {
    const { refusal } = await this.attempt(subject);
    if (refusal) throw tooManyAttempts(refusal.retryAfterMs);
  }

  /** Counts one attempt and says what follows. */
  async attempt(subject: AttemptSubject): Promise<AttemptVerdict> {
    const { pair, account, address } = this.#keys(subject);
    const deadline = performance.now() + this.#patienceMs;
    const overAddress = address === null ? null : await this.#perAddress.consume(address, deadline);
    if (overAddress) return { ...PASSED, refusal: { ...overAddress, by: 'ALL_ACCOUNTS' } };
    if (pair === null || account === null) return PASSED;
    const overPair = await this.#perPair.consume(pair, deadline);
    if (overPair) return { ...PASSED, refusal: { ...overPair, by: 'ADDRESS' }, lock: lockOf('ADDRESS', overPair) };
    const [overAccount, isKnown] = await Promise.all([
      this.#perAccount.consume(account, deadline),
      this.#knownPairs.isCounting(pair, deadline),
    ]);
    const knownAs = isKnown ? pair : null;
    if (!overAccount) return { ...PASSED, knownAs };
    const lock = lockOf('ACCOUNT', overAccount);
    return { refusal: isKnown ? null : { ...overAccount, by: 'ACCOUNT' }, lock, knownAs };
  }

  /**
   * The attempt counted last was right: forgets the failures of this account at this address, takes that one attempt
   * back from the account's and the address's counts, and remembers the pair for 14 days. Failures counted for the
   * account elsewhere, or for other accounts here, stay: else an attacker would clear them with an account of his own.
   */
  async succeed(subject: AttemptSubject): Promise<void> {
    const { pair, account, address } = this.#keys(subject);
    const deadline = performance.now() + this.#patienceMs;
    await Promise.all([
      ...(address === null ? [] : [this.#perAddress.giveBack(address, deadline)]),
      ...(account === null ? [] : [this.#perAccount.giveBack(account, deadline)]),
      ...(pair === null ? [] : [this.#perPair.forget(pair, deadline), this.#knownPairs.restart(pair, deadline)]),
    ]);
  }

  /**
   * The attempt counted last was not looked at: who had the right password and no turn may try again. It still counts
   * for the address and for the account.
   */
  async unseen(subject: AttemptSubject): Promise<void> {
    const { pair } = this.#keys(subject);
    if (pair !== null) await this.#perPair.giveBack(pair, performance.now() + this.#patienceMs);
  }

  #keys(subject: AttemptSubject): { pair: string | null; account: string | null; address: string | null } {
    const network = subject.address === null ? null : addressNetwork(subject.address);
    const account = subject.account?.trim().normalize('NFKC').toLowerCase() ?? null;
    return {
      address: network === null ? null : this.#hash(network),
      account: account === null ? null : this.#hash(account),
      pair: account === null ? null : this.#hash(`${network ?? ''}\n${account}`),
    };
  }

  /** Keyed, because a plain hash of an e-mail address is undone by hashing candidates. */
  #hash(text: string): string {
    return createHmac('sha256', this.#keySecret).update(text).digest('base64url');
  }
}

function lockOf(scope: LockScope, { isFirst, retryAfterMs }: Excess): AttemptVerdict['lock'] {
  return isFirst ? { scope, forMs: retryAfterMs } : null;
}

export function tooManyAttempts(retryAfterMs: number): RequestError {
  return new RequestError('RATE_LIMITED', 'Too many attempts. Please wait before you try again.', { retryAfterMs });
}
