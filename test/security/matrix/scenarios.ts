import { personInput, signIn } from '../../support/factories.ts';
import {
  CANARY,
  type Fixtures,
  newOrder,
  newRole,
  orderOf,
  OWNERS_PASSWORD,
  type Principal,
  throwawayUser,
} from './fixtures.ts';
import type { Stop } from './schema-paths.ts';

type Variables = Readonly<Record<string, unknown>>;

/** The arguments with which a query or subscription leads to the owner's own; without an entry, to nothing there is. */
const ARGUMENTS: Readonly<Record<string, (fixtures: Fixtures) => Variables>> = {
  'query user': ({ owner }) => ({ id: owner.user.id }),
  'query sessions': ({ owner }) => ({ userId: owner.user.id }),
  'query role': ({ userRoleId }) => ({ id: userRoleId }),
  'query order': ({ orderId }) => ({ id: orderId }),
  'query payment': ({ paymentId }) => ({ id: paymentId }),
  'query event': ({ ownEventId }) => ({ id: ownEventId }),
  'query users': () => ({ first: 1 }),
  'query roles': () => ({ first: 1 }),
  'query orders': () => ({ first: 1 }),
  'query payments': () => ({ first: 1 }),
  'query notifications': () => ({ first: 1 }),
  'query auditLogs': () => ({ first: 1 }),
  'query events': () => ({ first: 1 }),
  // Nobody's: which connections there are changes while the matrix is asked for.
  'query liveConnections': () => ({ userId: crypto.randomUUID(), first: 1 }),
  'subscription orderUpdated': ({ orderId }) => ({ id: orderId }),
};

/** The owner's object of each type that `node` can find; of the others none is asked for. */
const NODES: Readonly<Record<string, (fixtures: Fixtures) => string>> = {
  User: ({ owner }) => owner.user.id,
  Role: ({ userRoleId }) => userRoleId,
  Order: ({ orderId }) => orderId,
  Payment: ({ paymentId }) => paymentId,
  Notification: ({ notificationId }) => notificationId,
};

export interface Scenario {
  readonly variables: Variables;
  /** Another token than the principal's own, when the mutation would end its session. */
  readonly token?: string;
}

/**
 * How each mutation succeeds for who may, about the owner or something made for the purpose. Without an entry a mutation is
 * called with harmless arguments that name nothing there is: its row then says who is let in, and nothing of its payload.
 */
export const SCENARIOS: Readonly<Record<string, (fixtures: Fixtures, principal: Principal) => Promise<Scenario>>> = {
  login: async ({ owner }) => ({ variables: { input: { email: owner.user.email, password: OWNERS_PASSWORD } } }),
  register: async () => ({ variables: { input: { ...personInput(), password: OWNERS_PASSWORD } } }),
  refreshSession: async ({ admin, owner }) => {
    const { refreshToken } = await signIn(admin, owner.user.email);
    return { variables: { input: { refreshToken } } };
  },
  logout: async ({ admin, owner, tokens }, principal) => {
    const isLive = principal !== 'anonymous' && !['expired', 'revoked', 'disabled'].includes(principal);
    const token = isLive ? (await signIn(admin, owner.user.email)).accessToken : tokens[principal];
    return { variables: {}, ...(token === null ? {} : { token }) };
  },
  revokeSession: async ({ spareSessionId }) => ({ variables: { id: spareSessionId } }),
  createUser: async () => ({ variables: { input: personInput() } }),
  updateUser: async ({ owner }) => ({ variables: { id: owner.user.id, input: { firstName: owner.user.firstName } } }),
  activateUser: async ({ owner }) => ({ variables: { id: owner.user.id } }),
  deactivateUser: async ({ admin }) => ({ variables: { id: await throwawayUser(admin) } }),
  deleteUser: async ({ admin }) => ({ variables: { id: await throwawayUser(admin) } }),
  eraseUser: async ({ admin }) => ({ variables: { id: await throwawayUser(admin), reason: 'To see who may.' } }),
  exportUserData: async ({ owner }) => ({ variables: { id: owner.user.id } }),
  requestPasswordReset: async () => ({ variables: { email: personInput().email } }),
  bulkActivateUsers: async ({ owner }) => ({ variables: { userIds: [owner.user.id] } }),
  bulkDeactivateUsers: async ({ admin }) => ({ variables: { userIds: [await throwawayUser(admin)] } }),
  importUsers: async () => ({ variables: { input: { users: [personInput()] } } }),
  updateSettings: async () => ({ variables: { input: { theme: 'DARK' } } }),
  createRole: async () => ({ variables: { input: { name: `role-${crypto.randomUUID().slice(0, 8)}` } } }),
  updateRole: async ({ customRoleId }) => ({ variables: { id: customRoleId, input: { description: 'As it was.' } } }),
  deleteRole: async ({ admin }) => ({ variables: { id: await newRole(admin) } }),
  grantPermission: async ({ customRoleId }) => ({ variables: { roleId: customRoleId, permission: 'users:read' } }),
  revokePermission: async ({ customRoleId }) => ({ variables: { roleId: customRoleId, permission: 'users:read' } }),
  // Somebody else's own order is none of the owner's.
  createOrder: async (_fixtures, principal) => ({
    variables: { input: orderOf(principal === 'owner' || principal === 'demoted' ? CANARY : 'A') },
  }),
  updateOrder: async ({ orderId }) => ({ variables: { id: orderId, input: { lines: orderOf(CANARY).lines } } }),
  cancelOrder: async ({ owner }) => ({ variables: { id: await newOrder(owner.client), reason: 'No longer wanted.' } }),
  processPayment: async ({ owner }) => ({
    variables: {
      input: {
        orderId: await newOrder(owner.client),
        amount: 100,
        currency: 'EUR',
        method: 'card',
        token: 'tok_success',
      },
      idempotencyKey: crypto.randomUUID(),
    },
  }),
  startMaintenance: async () => ({ variables: { input: { reason: 'To see who may.' } } }),
  completeMaintenance: async ({ admin }) => {
    await admin.send('mutation { startMaintenance(input: { reason: "To see who may." }) { __typename } }');
    return { variables: {} };
  },
  markNotificationRead: async ({ notificationId }) => ({ variables: { id: notificationId } }),
};

/** What has to be undone before the next row is looked at. */
export const UNDO: Readonly<Record<string, (fixtures: Fixtures) => Promise<unknown>>> = {
  startMaintenance: endMaintenance,
  completeMaintenance: endMaintenance,
};

function endMaintenance({ admin }: Fixtures): Promise<unknown> {
  return admin.send('mutation { completeMaintenance { __typename } }');
}

/** The variables of a query or subscription at a stop; null when there is nothing to ask for. */
export function argumentsAt({ root, type, eventType, steps }: Stop, fixtures: Fixtures): Variables | null {
  if (eventType !== null) return { first: 1, filter: { types: [eventType] } };
  if (root.kind === 'query' && root.field.name === 'node') {
    const id = NODES[steps[0]?.on ?? type];
    return id ? { id: id(fixtures) } : null;
  }
  return ARGUMENTS[`${root.kind} ${root.field.name}`]?.(fixtures) ?? {};
}
