/** Between two questions; one that is not answered by the next counts as silence. */
const BEAT_MS = 500;
/** What a node of a cluster says when it is not it that has the channel, or when nobody has. */
const ELSEWHERE = /^(CLUSTERDOWN|MOVED|ASK|TRYAGAIN)/;

interface PulseOptions {
  /** Asks for what is answered at once; null while there is nobody to be asked. */
  readonly ask: () => Promise<unknown> | null;
  readonly onSilence: () => void;
  readonly onAnswer: () => void;
}

/**
 * Asks again and again whether the other end of a connection is there. A server that is frozen, or that has vanished without
 * a word, leaves the connection open: who only listens takes it for one that has nothing to say.
 */
export class Pulse implements Disposable {
  readonly #options: PulseOptions;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #isSilent = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    // An answer that came while this process was busy is read first.
    this.#timer = setInterval(() => setImmediate(() => this.#beat()), BEAT_MS).unref();
  }

  /** From the first question that was not answered in time to the next answer. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (this.#unanswered > 0 && !this.#isSilent) {
      this.#isSilent = true;
      this.#options.onSilence();
    }
    // Asked also while nothing is answered: the connector gives up a connection on which something is waited for.
    const answer = this.#options.ask();
    this.#unanswered = answer ? this.#unanswered + 1 : 0;
    answer?.then(
      () => this.#heard(),
      (error: unknown) => {
        // An error is an answer too: whoever may not ask, or asks a server that cannot save, hears messages all the same.
        if (error instanceof Error && error.name === 'ReplyError' && !ELSEWHERE.test(error.message)) this.#heard();
      },
    );
  }

  #heard(): void {
    this.#unanswered = 0;
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#options.onAnswer();
  }
}
