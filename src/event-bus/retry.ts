import type { RetryPolicy } from './define-handler.ts';

/** The pause after the n-th failure: exponential, at most `maxMs`, with jitter of one half so that failures do not march in step. */
export function backoffMs(policy: RetryPolicy, failures: number, random: () => number = Math.random): number {
  const full = Math.min(policy.baseMs * 2 ** Math.min(failures - 1, 30), policy.maxMs);
  return Math.round(full * (0.5 + random() / 2));
}
