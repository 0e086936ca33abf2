import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  handleWhen,
  type IBreaker,
  type IPolicy,
  wrap,
} from 'cockatiel';
import { EffectRefusedError } from './define-handler.ts';
import { isDatabaseFailure } from './infrastructure-failure.ts';
import { LaneLostError } from './lane.ts';

/** The dependency is taken to be down: nothing was tried. */
export class DependencyDownError extends Error {
  override readonly name: string = 'DependencyDownError';
}

/** The one attempt that was let through to see whether the dependency is back failed too; `cause` says how. */
export class TrialFailedError extends DependencyDownError {
  override readonly name = 'TrialFailedError';
}

const FAILURES_TO_OPEN = 5;
const MAX_QUEUED = 10_000;

interface DependencyLimits {
  /** How long a broken circuit stays open before one attempt is let through. */
  readonly halfOpenAfterMs: number;
  /** Calls to one dependency under way at once, over all handlers and lanes of this node. */
  concurrency(dependency: string): number;
}

/**
 * Opens after so many failures on end if they are of more than one subject: a single event that fails again and again
 * says something about the event, not about the dependency.
 */
class SeveralFailures implements IBreaker {
  state: unknown = null;
  #failures = 0;
  #subject: string | null = null;
  #several = false;

  note(subject: string): void {
    this.#several ||= this.#subject !== null && this.#subject !== subject;
    this.#subject = subject;
  }

  success(): void {
    this.#failures = 0;
    this.#subject = null;
    this.#several = false;
  }

  failure(): boolean {
    this.#failures++;
    return this.#several && this.#failures >= FAILURES_TO_OPEN;
  }
}

interface Dependency {
  readonly breaker: SeveralFailures;
  readonly circuit: CircuitBreakerPolicy;
  readonly policy: IPolicy;
  /** By `performance.now()`. */
  openedAt: number;
}

/** One circuit breaker and one bulkhead per outside dependency and node. */
export class DependencyPolicies {
  readonly #limits: DependencyLimits;
  readonly #dependencies = new Map<string, Dependency>();

  constructor(limits: DependencyLimits) {
    this.#limits = limits;
  }

  /** Whether a call now would be refused unseen: then it need not even be prepared. */
  refuses(dependency: string): boolean {
    const { circuit, openedAt } = this.#of(dependency);
    return circuit.state === CircuitState.Open && performance.now() - openedAt < this.#limits.halfOpenAfterMs;
  }

  /**
   * @param subject what the call is about: the id of the event.
   * @throws TrialFailedError when it was the attempt that should show whether the dependency is back.
   * @throws DependencyDownError while the circuit is open.
   */
  async run<Result>(dependency: string, subject: string, work: () => Promise<Result>): Promise<Result> {
    const { breaker, circuit, policy } = this.#of(dependency);
    let isTrial = false;
    try {
      return await policy.execute(async () => {
        isTrial = circuit.state === CircuitState.HalfOpen;
        try {
          return await work();
        } catch (error) {
          if (speaksOfDependency(error)) breaker.note(subject);
          throw error;
        }
      });
    } catch (error) {
      const cause = { cause: error };
      if (error instanceof BrokenCircuitError) throw new DependencyDownError(`${dependency} is down.`, cause);
      if (isTrial && speaksOfDependency(error)) throw new TrialFailedError(`${dependency} is still down.`, cause);
      throw error;
    }
  }

  #of(name: string): Dependency {
    const known = this.#dependencies.get(name);
    if (known) return known;
    const breaker = new SeveralFailures();
    const circuit = circuitBreaker(handleWhen(speaksOfDependency), {
      halfOpenAfter: this.#limits.halfOpenAfterMs,
      breaker,
    });
    const policy = wrap(bulkhead(this.#limits.concurrency(name), MAX_QUEUED), circuit);
    const dependency: Dependency = { breaker, circuit, policy, openedAt: 0 };
    circuit.onBreak(() => {
      dependency.openedAt = performance.now();
    });
    this.#dependencies.set(name, dependency);
    return dependency;
  }
}

/** A refusal shows that the dependency works; a lost lane was cut off by ourselves; our database is not the dependency. */
function speaksOfDependency(error: unknown): boolean {
  return !(error instanceof EffectRefusedError || error instanceof LaneLostError || isDatabaseFailure(error));
}
