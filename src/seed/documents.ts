/** What the people of the demo data ask of the server. */

const ERROR = '... on Error { code message }';

function mutation(signature: string, field: string, payload: string): string {
  return `mutation (${signature}) { answer: ${field} { __typename ${payload} ${ERROR} } }`;
}

export const BOOTSTRAP = mutation(
  '$token: String!, $input: RegisterInput!',
  'bootstrapAdministrator(token: $token, input: $input)',
  '... on BootstrapAdministratorPayload { user { id } }',
);
export const REGISTER = mutation('$input: RegisterInput!', 'register(input: $input)', '');
export const CREATE_USER = mutation(
  '$input: CreateUserInput!',
  'createUser(input: $input)',
  '... on CreateUserPayload { user { id } }',
);
export const IMPORT_USERS = mutation(
  '$input: ImportUsersInput!',
  'importUsers(input: $input)',
  '... on ImportUsersPayload { successful { id username } failed { index } }',
);
export const UPDATE_USER = mutation('$id: ID!, $input: UpdateUserInput!', 'updateUser(id: $id, input: $input)', '');
export const DELETE_USER = mutation('$id: ID!', 'deleteUser(id: $id)', '');
export const DEACTIVATE_USERS = mutation('$ids: [ID!]!', 'bulkDeactivateUsers(userIds: $ids)', '');
export const ACTIVATE_USER = mutation('$id: ID!', 'activateUser(id: $id)', '');
export const VERIFY_EMAIL = mutation('$token: String!', 'verifyEmail(token: $token)', '');
export const UPDATE_SETTINGS = mutation('$input: UpdateSettingsInput!', 'updateSettings(input: $input)', '');
export const CREATE_ROLE = mutation(
  '$input: CreateRoleInput!',
  'createRole(input: $input)',
  '... on CreateRolePayload { role { id permissions } }',
);
export const GRANT = mutation(
  '$roleId: ID!, $permission: String!',
  'grantPermission(roleId: $roleId, permission: $permission)',
  '',
);
export const REVOKE = mutation(
  '$roleId: ID!, $permission: String!',
  'revokePermission(roleId: $roleId, permission: $permission)',
  '',
);
export const CREATE_ORDER = mutation(
  '$input: CreateOrderInput!',
  'createOrder(input: $input)',
  '... on CreateOrderPayload { order { id } }',
);
export const UPDATE_ORDER = mutation('$id: ID!, $input: UpdateOrderInput!', 'updateOrder(id: $id, input: $input)', '');
export const CANCEL_ORDER = mutation('$id: ID!, $reason: String!', 'cancelOrder(id: $id, reason: $reason)', '');
export const PAY = mutation(
  '$input: ProcessPaymentInput!, $key: String!',
  'processPayment(input: $input, idempotencyKey: $key)',
  '',
);
export const START_MAINTENANCE = mutation('$input: StartMaintenanceInput!', 'startMaintenance(input: $input)', '');
export const COMPLETE_MAINTENANCE =
  'mutation { answer: completeMaintenance { __typename ... on Error { code message } } }';
export const MARK_ALL_READ = 'mutation { answer: markAllNotificationsRead { __typename } }';

export const MY_ONBOARDING = '{ me { onboarding { welcomeEmailSent currentStep } } }';
export const COMPLETE_STEP = mutation('$step: String!', 'completeOnboardingStep(step: $step)', '');

export const ROLES = '{ roles(first: 50) { edges { node { id name permissions } } } }';
export const USER_BY_NAME =
  'query ($name: String!) { users(filter: { search: $name }, first: 5) { edges { node { id username } } } }';
