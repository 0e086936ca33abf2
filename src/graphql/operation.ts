import { Kind, type OperationDefinitionNode, type OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { RequestError } from '../errors.ts';
import type { RequestOrigin } from '../viewer.ts';

const MAX_LOGGED_NAME = 100;

export type TransportName = 'http' | 'sse' | 'websocket';

/** What the caller can receive: one answer as JSON, a stream of events, or whatever comes over its socket. */
export type AnswerForms = 'websocket' | { readonly json: boolean; readonly stream: boolean };

export interface OperationSource {
  readonly requestId: string;
  readonly origin: RequestOrigin;
  readonly answers: AnswerForms;
  /** The caller's credentials as they are now: a socket can renew them while a subscription runs. */
  authorization(): string | null;
  /**
   * Told why a subscription fails. True when the connection ends for that reason and says so, and the subscription is to
   * end without a word.
   */
  endsConnection?(error: RequestError): boolean;
  /** Counts a subscription against the limits of where it comes from, before it is known who asks. @throws RequestError RATE_LIMITED */
  admitSubscription?(): void;
  /** Counts it against the limits of who asks for it. @throws RequestError RATE_LIMITED */
  admitSubscriber?(personId: string): void;
  readonly lastEventId?: string | null;
}

export interface RunningSubscription {
  /** Its caller's credentials are other ones now. */
  credentialsRenewed(): void;
  /** Ends it with an error for the client. */
  end(error: RequestError): void;
}

/** One query, mutation or subscription on its way through the pipeline, from arrival to its line in the log. */
export class Operation {
  readonly source: OperationSource;
  readonly #logger: Logger;
  #controller: AbortController | null = null;
  #reason: RequestError | null = null;
  readonly #startedAt = performance.now();
  #type: OperationTypeNode | undefined;
  #name: string | null = null;
  #rootField = '';
  #timer: NodeJS.Timeout | undefined;
  #finished = false;
  /** Set while a subscription runs. */
  running: RunningSubscription | null = null;

  constructor(source: OperationSource, logger: Logger) {
    this.source = source;
    this.#logger = logger;
  }

  get requestId(): string {
    return this.source.requestId;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** As the document calls it; cut, since clients choose it. */
  get name(): string | null {
    return this.#name;
  }

  get startedAt(): Date {
    return new Date(performance.timeOrigin + this.#startedAt);
  }

  /** Undefined until the document was parsed. */
  get type(): OperationTypeNode | undefined {
    return this.#type;
  }

  /** By what is declared, not by what clients call it: `mutation createUser`. */
  get title(): string {
    return `${this.#type ?? 'graphql'} ${this.#rootField}`.trimEnd();
  }

  get transport(): TransportName {
    if (this.source.answers === 'websocket') return 'websocket';
    return this.type === 'subscription' || !this.source.answers.json ? 'sse' : 'http';
  }

  get canStream(): boolean {
    return this.source.answers === 'websocket' || this.source.answers.stream;
  }

  /** Does not keep the definition, which holds its whole document. */
  identify({ operation, name, selectionSet }: OperationDefinitionNode): void {
    const [first] = selectionSet.selections;
    this.#type = operation;
    this.#name = name?.value.slice(0, MAX_LOGGED_NAME) ?? null;
    this.#rootField = first?.kind === Kind.FIELD ? first.name.value : '';
  }

  abort(reason: RequestError): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }

  /** What was begun with the signal is over; who asks for it from now on gets another. */
  letGoOfSignal(): void {
    this.#controller = null;
  }

  /** Aborts the operation when it takes longer than `ms`; `stopTimer` or the end calls that off. */
  startTimer(ms: number): void {
    this.#timer = setTimeout(() => {
      this.abort(new RequestError('SERVICE_UNAVAILABLE', `The operation took longer than ${ms} ms and was given up.`));
    }, ms);
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Writes the operation's one log line; later calls do nothing. `code` is `OK` or the code of its first error. */
  finish(code: string, events?: number): void {
    if (this.#finished) return;
    this.#finished = true;
    this.stopTimer();
    const { requestId, origin } = this.source;
    this.#logger.info(
      {
        requestId,
        correlationId: origin.correlationId,
        operation: this.name,
        type: this.type ?? null,
        transport: this.transport,
        code,
        durationMs: Math.round(performance.now() - this.#startedAt),
        ...(events === undefined ? {} : { events }),
      },
      'operation',
    );
  }
}
