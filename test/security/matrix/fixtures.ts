import { randomUUID } from 'node:crypto';
import {
  createUser,
  PASSWORD,
  personInput,
  roleId,
  type SignedIn,
  signedInUser,
  signIn,
  succeed,
} from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import type { TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Stands in everything that only the owner and those in charge may see. */
export const CANARY = 'canary';
const HOUR_MS = 3_600_000;

export const PRINCIPALS = [
  'anonymous',
  'owner',
  'other',
  'manager',
  'admin',
  'expired',
  'revoked',
  'disabled',
  'demoted',
] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** Who may see nothing of the owner's, by any way. */
export const STRANGERS: readonly Principal[] = ['anonymous', 'other', 'expired', 'revoked', 'disabled'];

export interface Fixtures {
  readonly admin: GraphqlClient;
  readonly owner: SignedIn;
  readonly tokens: Readonly<Record<Principal, string | null>>;
  readonly userRoleId: string;
  readonly customRoleId: string;
  readonly orderId: string;
  /** Of that order; it failed. */
  readonly paymentId: string;
  readonly spareSessionId: string;
  readonly ownEventId: string;
  readonly notificationId: string;
}

/** People with everything that may be private, and the tokens of everybody who might want to see it. */
export async function makeFixtures(app: TestApp): Promise<Fixtures> {
  const admin = app.admin.client;
  const userRoleId = await roleId(admin, 'user');
  // Was an administrator when this session began.
  const demoted = await signedInUser(admin, {
    ...personInput(),
    email: `${CANARY}@example.com`,
    firstName: `${CANARY}first`,
    lastName: `${CANARY}last`,
    username: `${CANARY}.user`,
    role: 'admin',
  });
  await succeed(admin, 'updateUser', { id: demoted.user.id, input: { roleId: userRoleId } });
  const owner = await signIn(admin, demoted.user.email);
  const revoked = await signIn(admin, demoted.user.email);
  const spareSessionId = await sessionOf(revoked.client);
  await succeed(owner.client, 'revokeSession', { id: spareSessionId });
  const disabled = await signedInUser(admin);
  await succeed(admin, 'deactivateUser', { id: disabled.user.id });
  const expired = await app.app.services.auth.tokens.issue({
    userId: owner.user.id,
    sessionId: await sessionOf(owner.client),
    now: new Date(Date.now() - HOUR_MS),
  });
  const ownEvents = (await readStoredLog(app.sql)).filter(({ aggregateId }) => aggregateId === owner.user.id);
  const notices = () =>
    app.sql<{ id: string }>('select id from notification where recipient_id = $1 order by number limit 1', [
      owner.user.id,
    ]);
  const orderId = await newOrder(owner.client);
  const notice = await waitFor(async () => (await notices())[0], { describe: 'a notification of the owner' });
  return {
    admin,
    owner,
    tokens: {
      anonymous: null,
      owner: owner.accessToken,
      other: (await signedInUser(admin)).accessToken,
      manager: (await signedInUser(admin, { role: 'manager' })).accessToken,
      admin: app.admin.accessToken,
      expired: expired.token,
      revoked: revoked.accessToken,
      disabled: disabled.accessToken,
      demoted: demoted.accessToken,
    },
    userRoleId,
    customRoleId: await newRole(admin),
    orderId,
    paymentId: await failedPayment(owner.client, orderId),
    spareSessionId,
    ownEventId: ownEvents[0]?.id ?? '',
    notificationId: notice.id,
  };
}

async function sessionOf(client: GraphqlClient): Promise<string> {
  const { sessions } = await client.ask<{ sessions: { id: string; isCurrent: boolean }[] }>(
    '{ sessions { id isCurrent } }',
  );
  return sessions.find(({ isCurrent }) => isCurrent)?.id ?? '';
}

export async function newRole(admin: GraphqlClient): Promise<string> {
  const { createRole } = await admin.ask<{ createRole: { role: { id: string } } }>(
    'mutation ($name: String!) { createRole(input: { name: $name }) { ... on CreateRolePayload { role { id } } } }',
    { name: `role-${randomUUID().slice(0, 8)}` },
  );
  return createRole.role.id;
}

export async function newOrder(customer: GraphqlClient): Promise<string> {
  const { createOrder } = await customer.ask<{ createOrder: { order: { id: string } } }>(
    'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { ... on CreateOrderPayload { order { id } } } }',
    { input: orderOf(CANARY) },
  );
  return createOrder.order.id;
}

async function failedPayment(customer: GraphqlClient, orderId: string): Promise<string> {
  const { processPayment } = await customer.ask<{ processPayment: { paymentId: string } }>(
    `mutation ($input: ProcessPaymentInput!) { processPayment(input: $input, idempotencyKey: "once") {
       ... on PaymentDeclinedError { paymentId } } }`,
    { input: { orderId, amount: 100, currency: 'EUR', method: CANARY, token: 'tok_declined' } },
  );
  return processPayment.paymentId;
}

export function orderOf(word: string) {
  return { currency: 'EUR', lines: [{ sku: 'SKU-1', name: `${word} notebook`, quantity: 1, unitPrice: 100 }] };
}

export async function throwawayUser(admin: GraphqlClient): Promise<string> {
  return (await createUser(admin)).id;
}

export const OWNERS_PASSWORD = PASSWORD;
