import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { Logger } from 'pino';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import { EffectRefusedError } from '../../event-bus/define-handler.ts';
import type { Addressee } from './address-book.ts';
import { addressOf } from './mail-handler.ts';
import type { Mailer } from './mailer.ts';
import { tokenMail, type TokenMailData } from './token.mail.ts';

export interface TokenMail extends Omit<TokenMailData, 'firstName'> {
  readonly to: Addressee;
}

export interface TokenMailerLimits {
  /** Mails under way, waiting for their next try included; more are dropped. */
  readonly maxPending: number;
  /**
   * A random part of this passes before the first try, so that whether there was a mail to write can be told neither from
   * the answer that it follows nor from the next one. Milliseconds.
   */
  readonly leadMs: number;
  /** One pause per further try. Milliseconds. */
  readonly pausesMs: readonly number[];
  readonly timeoutMs: number;
  /** What disposal grants to mails under way. */
  readonly drainMs: number;
}

const LIMITS: TokenMailerLimits = {
  maxPending: 200,
  leadMs: 1_000,
  pausesMs: [1_000, 5_000, 15_000],
  timeoutMs: 30_000,
  drainMs: 3_000,
};

/**
 * Sends mails with a secret in them. The secret may be in no event, so it lives in memory only and a crash loses the
 * mail: people ask again. Nobody waits for it either: an answer that took as long as a delivery would tell that there is
 * such an account.
 */
export class TokenMailer implements AsyncDisposable {
  readonly #mailer: Mailer;
  readonly #logger: Logger;
  readonly #limits: TokenMailerLimits;
  readonly #pending = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(mailer: Mailer, logger: Logger, limits: TokenMailerLimits = LIMITS) {
    this.#mailer = mailer;
    this.#logger = logger;
    this.#limits = limits;
  }

  /** Returns at once and never throws. Call it after the commit that stored the token's hash. */
  send(mail: TokenMail): void {
    if (this.#pending.size >= this.#limits.maxPending || this.#stop.signal.aborted) {
      this.#logger.warn({ purpose: mail.purpose, pending: this.#pending.size }, 'Mail dropped: too many are under way');
      return;
    }
    const sending = leaveTransactionScope(() => this.#deliver(mail, v7()));
    this.#pending.add(sending);
    void sending.finally(() => this.#pending.delete(sending));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), this.#limits.drainMs);
    await Promise.all(this.#pending);
    clearTimeout(timer);
    this.#stop.abort();
  }

  async #deliver({ to, ...data }: TokenMail, cause: string): Promise<void> {
    const { leadMs, pausesMs, timeoutMs } = this.#limits;
    const report = (error: unknown, message: string): void =>
      this.#logger.warn({ purpose: data.purpose, reason: error instanceof Error ? error.message : null }, message);
    await this.#pause(Math.random() * leadMs);
    for (const pauseMs of [...pausesMs, null]) {
      try {
        const content = tokenMail({ ...data, firstName: to.firstName }, this.#mailer.brand);
        const address = addressOf(to);
        const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
        await this.#mailer.send({ to: address, content, cause }, signal);
        return;
      } catch (error) {
        const isLast = pauseMs === null || this.#stop.signal.aborted || error instanceof EffectRefusedError;
        report(error, isLast ? 'Mail given up' : 'Mail not sent, to be tried again');
        if (isLast) return;
      }
      await this.#pause(pauseMs);
    }
  }

  async #pause(pauseMs: number): Promise<void> {
    await delay(pauseMs, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }
}
