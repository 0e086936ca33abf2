import type { RequestOrigin } from '../viewer.ts';
import type { Operation, TransportName } from './operation.ts';

/** Who calls, for the context. `authorization` is read anew at each access: a socket may renew its token meanwhile. */
export interface ContextRequest {
  readonly authorization: string | null;
  readonly origin: RequestOrigin;
  readonly transport: TransportName;
  /** Whether it only reads, and once: then what it reads may lag. */
  readonly isQuery: boolean;
  /** Aborted when the caller went away or the time is over. */
  readonly signal: AbortSignal;
  /** `Last-Event-ID`, of a client that lost its event stream. */
  readonly lastEventId: string | null;
}

/** An operation as a context sees it. */
export class OperationRequest implements ContextRequest {
  readonly #operation: Operation;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  get authorization(): string | null {
    return this.#operation.source.authorization();
  }

  get origin(): RequestOrigin {
    return this.#operation.source.origin;
  }

  get transport(): TransportName {
    return this.#operation.transport;
  }

  get isQuery(): boolean {
    return this.#operation.type === 'query';
  }

  get signal(): AbortSignal {
    return this.#operation.signal;
  }

  get lastEventId(): string | null {
    return this.#operation.source.lastEventId ?? null;
  }
}
