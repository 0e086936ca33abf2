import { RequestError } from '../errors.ts';
import type { CredentialsGuard } from './context.ts';

/** Timers cannot wait longer, and look again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const RETRY_MS = 500;
/** For a renewal that is on its way when the old token expires. */
const GRACE_MS = 1_000;

/** A subscription whose credentials are guarded. */
export interface Guarded {
  /**
   * Something may have changed what the viewer may do; the credentials as such are good. Absent when the subscription
   * notices by itself. @throws RequestError when it is to end
   */
  readmit?(): Promise<void>;
  /** The subscription is over. Called at most once. */
  end(error: RequestError): void;
  /** It could not be found out, which says nothing about the credentials; asked again a moment later. */
  unknown(error: unknown): void;
}

/**
 * Ends a subscription when its credentials do, also while nothing happens in it: as they expire, and when an
 * event says that the person's account, sessions or role have changed. Credentials that were renewed set it anew.
 */
export class SubscriptionGuard implements Disposable {
  readonly #credentials: CredentialsGuard;
  readonly #guarded: Guarded;
  readonly #watch: Disposable | null;
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;
  #isStale = false;
  #isOver = false;

  constructor(credentials: CredentialsGuard, guarded: Guarded) {
    this.#credentials = credentials;
    this.#guarded = guarded;
    this.#watch = guarded.readmit ? credentials.watch(() => this.check()) : null;
    this.#setTimer(credentials.lastsMs + GRACE_MS);
  }

  /** Looks again now; calls while it does so lead to one further look. */
  check(): void {
    this.#isStale = true;
    if (!this.#isChecking) void this.#check();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#watch?.[Symbol.dispose]();
  }

  async #check(): Promise<void> {
    this.#isChecking = true;
    try {
      while (this.#isStale && !this.#isOver) {
        this.#isStale = false;
        const lastsMs = await this.#credentials.renew();
        if (lastsMs <= 0) throw expired();
        await this.#guarded.readmit?.();
        this.#setTimer(lastsMs + GRACE_MS);
      }
    } catch (error) {
      if (this.#isOver) return;
      if (error instanceof RequestError) {
        this[Symbol.dispose]();
        this.#guarded.end(error);
      } else {
        this.#guarded.unknown(error);
        this.#setTimer(RETRY_MS);
      }
    } finally {
      this.#isChecking = false;
    }
  }

  #setTimer(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver || milliseconds === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.check(), Math.min(Math.max(milliseconds, 0), MAX_TIMER_MS));
  }
}

function expired(): RequestError {
  return new RequestError('UNAUTHENTICATED', 'The access token has expired.', { reason: 'TOKEN_EXPIRED' });
}
