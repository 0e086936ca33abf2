import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  type IPolicy,
  wrap,
} from 'cockatiel';
import { EffectRefusedError } from './define-handler.ts';

/** The dependency is taken to be down: nothing was tried, nothing counts against the event. */
export class DependencyDownError extends Error {
  override readonly name = 'DependencyDownError';
}

const FAILURES_TO_OPEN = 5;
const MAX_QUEUED = 10_000;

interface DependencyLimits {
  /** How long a broken circuit stays open before one attempt is let through. */
  readonly halfOpenAfterMs: number;
  /** Calls to one dependency under way at once, over all handlers and lanes of this node. */
  readonly concurrency: number;
}

/** One circuit breaker and one bulkhead per outside dependency and node. */
export class DependencyPolicies {
  readonly #limits: DependencyLimits;
  readonly #policies = new Map<string, IPolicy>();

  constructor(limits: DependencyLimits) {
    this.#limits = limits;
  }

  /** @throws DependencyDownError while the circuit is open. */
  async run<Result>(dependency: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#policyOf(dependency).execute(work);
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw new DependencyDownError(`${dependency} is down.`, { cause: error });
      throw error;
    }
  }

  #policyOf(dependency: string): IPolicy {
    const known = this.#policies.get(dependency);
    if (known) return known;
    const breaker = circuitBreaker(
      handleWhen((error) => !(error instanceof EffectRefusedError)),
      { halfOpenAfter: this.#limits.halfOpenAfterMs, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
    );
    const policy = wrap(bulkhead(this.#limits.concurrency, MAX_QUEUED), breaker);
    this.#policies.set(dependency, policy);
    return policy;
  }
}
