/** The operations the journeys use, with everything worth looking at selected. */

const USER_FIELDS =
  'id email username firstName lastName isActive emailVerified version createdAt updatedAt role { id name }';
const EVENTS = 'consistencyToken events { id type version aggregateId cursor metadata { userId correlationId } }';

type ErrorName = 'ValidationError' | 'ConcurrencyError';
const ERROR_DETAILS: Readonly<Record<ErrorName, string>> = {
  ValidationError: '... on ValidationError { fieldErrors { path message } }',
  ConcurrencyError: '... on ConcurrencyError { expectedVersion actualVersion }',
};

function selection(payload: string, fields: string, errors: readonly ErrorName[] = []): string {
  const details = errors.map((name) => ERROR_DETAILS[name]).join(' ');
  return `{ __typename ... on ${payload} { ${fields} ${EVENTS} } ... on Error { code message } ${details} }`;
}

const USER = `user { ${USER_FIELDS} }`;
const TOKENS = `accessToken accessTokenExpiresAt refreshToken user { ${USER_FIELDS} }`;
const SESSION_FIELDS = 'id device ip isCurrent createdAt lastSeenAt expiresAt revokedAt user { id }';
const UPDATED = selection('UpdateUserPayload', USER, ['ValidationError', 'ConcurrencyError']);

export const MUTATIONS = {
  bootstrapAdministrator: `mutation ($token: String!, $input: RegisterInput!) { bootstrapAdministrator(token: $token, input: $input)
    ${selection('BootstrapAdministratorPayload', USER, ['ValidationError'])} }`,
  register: `mutation ($input: RegisterInput!) { register(input: $input) ${selection('RegisterPayload', USER, ['ValidationError'])} }`,
  login: `mutation ($input: LoginInput!) { login(input: $input) ${selection('LoginPayload', TOKENS)} }`,
  refreshSession: `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) ${selection('RefreshSessionPayload', TOKENS)} }`,
  logout: `mutation { logout ${selection('LogoutPayload', 'sessionId')} }`,
  revokeSession: `mutation ($id: ID!) { revokeSession(id: $id) ${selection('RevokeSessionPayload', `session { ${SESSION_FIELDS} }`)} }`,
  changePassword: `mutation ($input: ChangePasswordInput!) { changePassword(input: $input)
    ${selection('ChangePasswordPayload', USER, ['ValidationError'])} }`,
  requestPasswordReset: `mutation ($email: String!) { requestPasswordReset(email: $email)
    ${selection('RequestPasswordResetPayload', '', ['ValidationError'])} }`,
  resetPassword: `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input)
    ${selection('ResetPasswordPayload', USER, ['ValidationError'])} }`,
  verifyEmail: `mutation ($token: String!) { verifyEmail(token: $token) ${selection('VerifyEmailPayload', USER)} }`,
  createUser: `mutation ($input: CreateUserInput!, $idempotencyKey: String) { createUser(input: $input, idempotencyKey: $idempotencyKey)
    ${selection('CreateUserPayload', USER, ['ValidationError'])} }`,
  updateUser: `mutation ($id: ID!, $input: UpdateUserInput!, $expectedVersion: Int, $idempotencyKey: String) {
    updateUser(id: $id, input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) ${UPDATED} }`,
  activateUser: `mutation ($id: ID!) { activateUser(id: $id) ${UPDATED} }`,
  deactivateUser: `mutation ($id: ID!) { deactivateUser(id: $id) ${UPDATED} }`,
  deleteUser: `mutation ($id: ID!, $idempotencyKey: String) { deleteUser(id: $id, idempotencyKey: $idempotencyKey)
    ${selection('DeleteUserPayload', `userId ${USER}`)} }`,
} as const;
export type MutationName = keyof typeof MUTATIONS;

export const SESSIONS = `query ($userId: ID) { sessions(userId: $userId) { ${SESSION_FIELDS} } }`;
export const ME = `{ me { ${USER_FIELDS} } }`;
export const ROLES = '{ roles(first: 100) { edges { node { id name permissions builtIn version } } } }';
export const USERS = `query ($filter: UserFilter, $orderBy: UserOrder, $first: Int, $after: String, $last: Int, $before: String) {
  users(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id email username firstName lastName isActive createdAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}`;

const USER_SNAPSHOT = 'id email username firstName lastName isActive emailVerified roleId version createdAt updatedAt';

export const FOLLOW_EVENTS = `subscription ($filter: DomainEventFilter, $after: Cursor) {
  domainEvents(filter: $filter, after: $after) {
    __typename cursor id type aggregateType aggregateId version schemaVersion data
    metadata { timestamp userId correlationId causationId ipAddress userAgent }
    ... on UserCreated { user { ${USER_SNAPSHOT} } }
    ... on UserRegistrationCompleted { user { ${USER_SNAPSHOT} } registrationSource }
    ... on UserUpdated { user { ${USER_SNAPSHOT} } previousData { ${USER_SNAPSHOT} } }
    ... on UserDeleted { userId previousData { ${USER_SNAPSHOT} } }
    ... on UserLoggedIn { userId session { id device ip expiresAt } }
    ... on UserLoggedOut { userId sessionIds reason }
    ... on UserLoginFailed { userId reason }
    ... on UserPasswordChanged { userId }
  }
}`;
