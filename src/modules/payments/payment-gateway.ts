/** Why the gateway took no money. */
export type DeclineReason = 'CARD_DECLINED' | 'INSUFFICIENT_FUNDS' | 'EXPIRED_CARD' | 'INVALID_TOKEN';

export type ChargeOutcome =
  | { readonly status: 'CHARGED'; readonly transactionId: string }
  | { readonly status: 'DECLINED'; readonly reason: DeclineReason }
  /** Nothing was charged under this key, and nothing ever will be. */
  | { readonly status: 'NOT_CHARGED' };

export interface ChargeRequest {
  /** The idempotency key: the same charge for ever. A UUID. */
  readonly key: string;
  /** In the currency's smallest unit. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly method: string;
  /** What the gateway gave the customer's browser in place of the card. A secret: never to be stored or logged. */
  readonly token: string;
}

/**
 * Who takes the money. An adapter keeps two promises. A key stands for one charge: whatever is asked under it again is
 * answered with its outcome. And `settle` is final: it answers the outcome or closes the key, so that a charge still on
 * its way is refused when it arrives.
 */
export interface PaymentGateway {
  /**
   * What stands behind it, guarded by a circuit breaker of that name; null for none, where failures are asked for and say
   * nothing about the next charge.
   */
  readonly dependency: string | null;
  /**
   * Takes the money, once for each key.
   *
   * @throws GatewayDownError when the request certainly did not arrive. Anything else thrown leaves the outcome unknown.
   */
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome>;
  /** What became of a charge. Throws when that cannot be said now. */
  settle(key: string, signal: AbortSignal): Promise<ChargeOutcome>;
}

/** The gateway could not be reached: nothing was asked of it. */
export class GatewayDownError extends Error {
  override readonly name = 'GatewayDownError';
}
