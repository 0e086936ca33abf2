import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Logger } from 'pino';
import type { PaymentsConfig } from '../../config/config.ts';
import type { Database } from '../../database/database.ts';
import type { EventBus } from '../../event-bus/event-bus.ts';
import { GatewayCalls } from './gateway-calls.ts';
import type { PaymentGateway } from './payment-gateway.ts';
import { ordersBeingPaid } from './payment.repository.ts';
import { PaymentSettlement } from './payment-settlement.ts';
import { SandboxGateway } from './sandbox-gateway.ts';

/** What `app.ts` makes for this module; of use to others is `ordersBeingPaid`. */
export interface PaymentServices extends AsyncDisposable {
  readonly calls: GatewayCalls;
  readonly settlement: PaymentSettlement;
  readonly config: PaymentsConfig;
  readonly logger: Logger;
  /** Those of the orders that a payment is under way for, or has been made for: they must stay as they are. */
  readonly ordersBeingPaid: (em: SqlEntityManager, orderIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

interface PaymentOptions {
  readonly database: Database;
  readonly bus: Pick<EventBus, 'commands' | 'log' | 'tail'>;
  /** Null for the sandbox. */
  readonly gateway: PaymentGateway | null;
  readonly config: PaymentsConfig;
  readonly production: boolean;
  readonly logger: Logger;
}

/** Disposing waits for the settlement that is under way. */
export function startPayments({ database, bus, gateway, config, production, logger }: PaymentOptions): PaymentServices {
  const { sql } = database;
  if (production && !gateway) logger.warn('Payments go to the sandbox: orders are paid, and nobody is charged');
  const calls = new GatewayCalls({ gateway: gateway ?? new SandboxGateway(sql), timeoutMs: config.timeoutMs, logger });
  const { commands, log, tail } = bus;
  const { settleAfterMs } = config;
  const settlement = new PaymentSettlement({ sql, commands, log, tail, calls, settleAfterMs, logger });
  settlement.start();
  return {
    calls,
    settlement,
    config,
    logger,
    ordersBeingPaid,
    [Symbol.asyncDispose]: () => settlement[Symbol.asyncDispose](),
  };
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly payments: PaymentServices;
  }
}
