import { once } from 'node:events';
import type { Sql } from '../../database/sql.ts';
import {
  type ChargeOutcome,
  type ChargeRequest,
  type DeclineReason,
  GatewayDownError,
  type PaymentGateway,
} from './payment-gateway.ts';

const DECLINES: ReadonlyMap<string, DeclineReason> = new Map([
  ['tok_declined', 'CARD_DECLINED'],
  ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
  ['tok_expired_card', 'EXPIRED_CARD'],
]);
const CHARGED: ReadonlySet<string> = new Set(['tok_success', 'tok_timeout']);

interface SandboxRow {
  readonly status: ChargeOutcome['status'];
  readonly transaction_id: string | null;
  readonly reason: DeclineReason | null;
}

/**
 * A gateway that takes no money; the token says what it pretends (README). It remembers in a table of its own what it did,
 * as a real one would: every node of a deployment must meet the same one, and so must a node that was killed in the middle
 * of a charge. It is never called inside a transaction, so its rows stand or fall by themselves.
 */
export class SandboxGateway implements PaymentGateway {
  readonly dependency = null;
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome> {
    const { token } = request;
    if (token === 'tok_unavailable') throw new GatewayDownError('The sandbox is asked to be away.');
    if (token === 'tok_timeout_uncharged') return never(signal);
    const outcome = await this.#remember(request, outcomeOf(token));
    return token === 'tok_timeout' ? never(signal) : outcome;
  }

  async settle(key: string, signal: AbortSignal): Promise<ChargeOutcome> {
    signal.throwIfAborted();
    return this.#remember({ key, amount: 0, currency: null }, { status: 'NOT_CHARGED' });
  }

  /** What came first under a key is the outcome. */
  async #remember(
    { key, amount, currency }: Pick<ChargeRequest, 'key' | 'amount'> & { readonly currency: string | null },
    outcome: ChargeOutcome,
  ): Promise<ChargeOutcome> {
    const [row] = await this.#sql<SandboxRow>(
      `insert into sandbox_charge as c (key, amount, currency, status, transaction_id, reason)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (key) do update set calls = c.calls + 1
       returning status, transaction_id, reason`,
      [
        key,
        amount,
        currency,
        outcome.status,
        outcome.status === 'CHARGED' ? outcome.transactionId : null,
        outcome.status === 'DECLINED' ? outcome.reason : null,
      ],
    );
    if (row?.status === 'CHARGED') return { status: 'CHARGED', transactionId: row.transaction_id ?? '' };
    if (row?.status === 'DECLINED') return { status: 'DECLINED', reason: row.reason ?? 'CARD_DECLINED' };
    return { status: 'NOT_CHARGED' };
  }
}

function outcomeOf(token: string): ChargeOutcome {
  if (CHARGED.has(token)) return { status: 'CHARGED', transactionId: `sandbox_${crypto.randomUUID()}` };
  return { status: 'DECLINED', reason: DECLINES.get(token) ?? 'INVALID_TOKEN' };
}

/** An answer that does not come: until the caller gives up. */
async function never(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}
