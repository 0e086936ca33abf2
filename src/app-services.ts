import { personalDataCatalogue, permissionCatalogue } from './catalogue.ts';
import type { Config } from './config/config.ts';
import type { Logger } from './config/logger.ts';
import type { Database } from './database/database.ts';
import type { EventBus } from './event-bus/event-bus.ts';
import type { RedisClient } from './event-bus/redis-connection.ts';
import type { EventCatalogue } from './event-store/event-catalogue.ts';
import type { ModuleServices } from './graphql/context.ts';
import type { LiveConnections } from './graphql/live-connections.ts';
import type { RoleServices } from './modules/access/role-services.ts';
import { SecurityLog } from './modules/audit/security-log.ts';
import { issueToken } from './modules/auth/account-token.repository.ts';
import { sessionServices } from './modules/auth/auth-services.ts';
import { SignInJournal } from './modules/auth/sign-in-journal.ts';
import { startAuth } from './modules/auth/start-auth.ts';
import { startEmail } from './modules/email/email-services.ts';
import type { MailTransport } from './modules/email/mail-transport.ts';
import { InboxFeed } from './modules/notifications/inbox-feed.ts';
import { createOnboardingServices } from './modules/onboarding/onboarding-services.ts';
import { ConnectionCensus } from './modules/operations/connection-census.ts';
import { orderServices } from './modules/orders/order-services.ts';
import type { PaymentGateway } from './modules/payments/payment-gateway.ts';
import { startPayments } from './modules/payments/payment-services.ts';
import { createSettingsServices } from './modules/settings/settings-services.ts';
import { userAccounts } from './modules/users/user-accounts.ts';

interface ServiceParts {
  readonly config: Config;
  readonly database: Database;
  readonly bus: EventBus;
  readonly catalogue: EventCatalogue;
  readonly redis: RedisClient | null;
  readonly liveConnections: LiveConnections;
  /** Null: the sandbox. */
  readonly paymentGateway: PaymentGateway | null;
  /** Undefined: where the settings say. */
  readonly mailTransport: MailTransport | undefined;
  readonly logger: Logger;
}

/** Makes what the modules offer each other, and starts what of it runs by itself; disposing stops that. */
export async function startServices(
  parts: ServiceParts,
): Promise<{ readonly services: ModuleServices } & AsyncDisposable> {
  const { config, database, bus, catalogue, redis, liveConnections, logger } = parts;
  await using resources = new AsyncDisposableStack();
  const securityLog = new SecurityLog(logger);
  const journal = resources.use(new SignInJournal({ commands: bus.commands, users: userAccounts, securityLog }));
  const payments = resources.use(
    startPayments({
      database,
      bus,
      gateway: parts.paymentGateway,
      config: config.payments,
      production: config.production,
      logger,
    }),
  );
  const connectionCensus = resources.use(
    new ConnectionCensus({
      node: bus.node,
      sql: database.sql,
      signals: bus.signals,
      connections: config.role === 'worker' ? null : liveConnections,
      logger,
    }),
  );
  connectionCensus.start();
  const settings = createSettingsServices(userAccounts);
  const services: ModuleServices = {
    orders: orderServices(payments, config.orders),
    payments,
    securityLog,
    connectionCensus,
    users: userAccounts,
    settings,
    onboarding: createOnboardingServices(userAccounts, config.onboarding),
    sessions: sessionServices,
    roles: { permissions: permissionCatalogue } satisfies RoleServices,
    privacy: { catalogue, reader: bus.reader, personalData: personalDataCatalogue },
    auth: await startAuth(config, { sql: database.sql, redis, journal, logger }),
    inboxFeed: resources.use(new InboxFeed(database.sql, bus.tail, logger)),
    email: resources.use(
      startEmail({
        config: config.mail,
        transport: parts.mailTransport,
        publicUrl: config.publicUrl,
        users: userAccounts,
        reader: () => database.orm.em.fork(),
        issueToken: (purpose, account) => issueToken(database.sql, purpose, account),
        wantsMail: (userId) => settings.wantsMail(database.orm.em.fork(), userId),
        logger,
      }),
    ),
  };
  const owned = resources.move();
  return { services, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
