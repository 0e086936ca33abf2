import type { Logger } from 'pino';
import { DependencyDownError, DependencyPolicies, TrialFailedError } from '../../event-bus/dependency-policies.ts';
import { raceAbort } from '../../graphql/race-abort.ts';
import { type ChargeOutcome, type ChargeRequest, GatewayDownError, type PaymentGateway } from './payment-gateway.ts';

/** What is known after a charge was tried. */
export type ChargeAnswer =
  | ChargeOutcome
  /** The gateway was not there: nothing was asked of it. */
  | { readonly status: 'UNREACHED' }
  /** It may have taken the money or not. */
  | { readonly status: 'UNKNOWN' };

const MAX_CONCURRENT = 32;
const HALF_OPEN_AFTER_MS = 5_000;

interface GatewayCallsOptions {
  readonly gateway: PaymentGateway;
  /** For one call, the wait for its turn included. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** Calls to the gateway: within time, so many at once, and under its circuit breaker. */
export class GatewayCalls {
  readonly #options: GatewayCallsOptions;
  readonly #policies = new DependencyPolicies({
    concurrency: () => MAX_CONCURRENT,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  });

  constructor(options: GatewayCallsOptions) {
    this.#options = options;
  }

  /** Never throws: a charge that failed in whatever way has an answer, if that nobody knows. */
  async charge(request: ChargeRequest): Promise<ChargeAnswer> {
    const { gateway, logger } = this.#options;
    let isAsked = false;
    try {
      return await this.#call(request.key, (signal) => {
        isAsked = true;
        return gateway.charge(request, signal);
      });
    } catch (error) {
      const cause = error instanceof TrialFailedError ? error.cause : error;
      if (!isAsked || cause instanceof GatewayDownError || cause instanceof DependencyDownError)
        return { status: 'UNREACHED' };
      // Its name only: an adapter's message may hold what was sent.
      const failure = cause instanceof Error ? cause.name : typeof cause;
      logger.warn({ paymentId: request.key, failure }, 'The outcome of a charge is not known');
      return { status: 'UNKNOWN' };
    }
  }

  /** What became of a charge, for good. Throws when the gateway cannot say now. */
  settle(key: string): Promise<ChargeOutcome> {
    return this.#call(key, (signal) => this.#options.gateway.settle(key, signal));
  }

  async #call<Result>(key: string, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { gateway, timeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const inTime = async (): Promise<Result> => {
      // Its turn may come when the caller has given up: then it must not be sent any more.
      signal.throwIfAborted();
      return raceAbort(call(signal), signal);
    };
    if (gateway.dependency === null) return inTime();
    return raceAbort(this.#policies.run(gateway.dependency, key, inTime), signal);
  }
}
