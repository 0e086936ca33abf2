import { setTimeout as delay } from 'node:timers/promises';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import { NotFoundError } from '../../errors.ts';
import type { CommandBus } from '../../event-bus/command-bus.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import type { RequestOrigin } from '../../viewer.ts';
import type { LockScope, LoginFailure } from './session.events.ts';

interface FailureNote {
  readonly kind: 'failed';
  readonly userId: string;
  readonly reason: LoginFailure;
  readonly origin: RequestOrigin;
}

interface LockNote {
  readonly kind: 'locked';
  /** As typed: whether there is such an account is looked up when nobody waits for it. */
  readonly email: string;
  readonly scope: LockScope;
  readonly until: Date;
  readonly origin: RequestOrigin;
}

export type SignInNote = FailureNote | LockNote;

export interface JournalLimits {
  /** Notes waiting; one more is not recorded, only logged. */
  readonly maxWaiting: number;
  /** One pause per further try of a note. Milliseconds. */
  readonly pausesMs: readonly number[];
  /** What disposal grants to the notes that wait. */
  readonly drainMs: number;
}

const LIMITS: JournalLimits = { maxWaiting: 1_000, pausesMs: [250, 1_000, 5_000, 15_000, 60_000], drainMs: 2_000 };

interface JournalParts {
  readonly commands: CommandBus;
  readonly users: Pick<ModuleServices['users'], 'load' | 'findCredentials'>;
  readonly securityLog: Pick<ModuleServices['securityLog'], 'write'>;
}

/**
 * Records refused sign-ins after they were answered, one at a time.
 *
 * Recording takes a transaction, and only for an account that there is: done before the answer, its time would tell
 * known accounts from unknown ones, and a flood of wrong passwords would take every connection of the pool. What waits
 * here is lost when the process dies; its line in the security log, written at once, is not.
 */
export class SignInJournal implements AsyncDisposable {
  readonly #parts: JournalParts;
  readonly #limits: JournalLimits;
  readonly #waiting: SignInNote[] = [];
  readonly #stop = new AbortController();
  #writing: Promise<void> | null = null;

  constructor(parts: JournalParts, limits: JournalLimits = LIMITS) {
    this.#parts = parts;
    this.#limits = limits;
  }

  /** Returns at once and never throws. */
  note(note: SignInNote): void {
    if (this.#waiting.length >= this.#limits.maxWaiting || this.#stop.signal.aborted) {
      this.#giveUp(note, 'too many wait');
      return;
    }
    this.#waiting.push(note);
    this.#writing ??= leaveTransactionScope(() => this.#writeAll()).finally(() => {
      this.#writing = null;
    });
  }

  /** Writes what waits, for a limited time. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), this.#limits.drainMs);
    await this.#writing;
    clearTimeout(timer);
    this.#stop.abort();
  }

  async #writeAll(): Promise<void> {
    for (let note = this.#waiting[0]; note !== undefined; note = this.#waiting[0]) {
      await this.#writeWithPauses(note);
      this.#waiting.shift();
    }
  }

  async #writeWithPauses(note: SignInNote): Promise<void> {
    for (const pauseMs of [...this.#limits.pausesMs, null]) {
      if (this.#stop.signal.aborted) break;
      try {
        await this.#write(note);
        return;
      } catch (error) {
        // The account was deleted meanwhile: nothing is left to record it on.
        if (error instanceof NotFoundError) return;
        if (pauseMs !== null) await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
    this.#giveUp(note, 'the database did not take it');
  }

  async #write(note: SignInNote): Promise<void> {
    const { commands, users } = this.#parts;
    const userIdIn = async (em: SqlEntityManager): Promise<string | null> =>
      note.kind === 'failed' ? note.userId : ((await users.findCredentials(em, { email: note.email }))?.userId ?? null);
    await commands.execute({
      name: 'recordRefusedSignIn',
      aggregateType: 'User',
      kind: 'UPDATE',
      shown: {},
      viewer: null,
      origin: note.origin,
      run: async ({ em }) => {
        const userId = await userIdIn(em);
        if (userId === null) return {};
        const user = await users.load(em, userId);
        if (note.kind === 'failed') user.signInFailed(note.reason);
        else user.locked(note.scope, note.until);
        return {};
      },
    });
  }

  #giveUp(note: SignInNote, why: string): void {
    const { correlationId } = note.origin;
    const userId = note.kind === 'failed' ? note.userId : null;
    this.#parts.securityLog.write('SIGN_IN_NOT_RECORDED', { kind: note.kind, userId, correlationId, why });
  }
}
