/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type CreateUserInput = {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Without one the account cannot sign in until a password is set. */
  readonly password?: string | null | undefined;
  /** Default: the role `user`. */
  readonly roleId?: string | null | undefined;
  readonly username: string;
};

export type DomainEventFilter = {
  readonly aggregateId?: string | null | undefined;
  readonly aggregateType?: string | null | undefined;
  readonly correlationId?: string | null | undefined;
  readonly from?: string | null | undefined;
  /** Inclusive. */
  readonly to?: string | null | undefined;
  readonly types?: ReadonlyArray<DomainEventType> | null | undefined;
  /** Who acted. */
  readonly userId?: string | null | undefined;
};

export type DomainEventType =
  | 'BULK_CREATE_FAILED'
  | 'BULK_DELETE_FAILED'
  | 'BULK_UPDATE_FAILED'
  | 'CREATE_FAILED'
  | 'DEAD_LETTERS_RETRIED'
  | 'DEAD_LETTER_DISCARDED'
  | 'DELETE_FAILED'
  | 'HANDLER_PAUSED'
  | 'HANDLER_RESUMED'
  | 'ORDER_CANCELLED'
  | 'ORDER_CREATED'
  | 'ORDER_UPDATED'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_PROCESSED'
  | 'PERMISSION_GRANTED'
  | 'PERMISSION_REVOKED'
  | 'PROJECTION_REBUILD_REQUESTED'
  | 'PROJECTION_REBUILT'
  | 'REPLAY_CANCELLED'
  | 'ROLE_CREATED'
  | 'ROLE_DELETED'
  | 'ROLE_UPDATED'
  | 'SEND_WELCOME_EMAIL'
  | 'SYSTEM_MAINTENANCE_COMPLETED'
  | 'SYSTEM_MAINTENANCE_STARTED'
  | 'UPDATE_FAILED'
  | 'USERS_IMPORT_COMPLETED'
  | 'USER_CREATED'
  | 'USER_DATA_ERASED'
  | 'USER_DELETED'
  | 'USER_LOCKED'
  | 'USER_LOGGED_IN'
  | 'USER_LOGGED_OUT'
  | 'USER_LOGIN_FAILED'
  | 'USER_PASSWORD_CHANGED'
  | 'USER_REGISTRATION_COMPLETED'
  | 'USER_REGISTRATION_REPEATED'
  | 'USER_UPDATED'
  | 'WELCOME_EMAIL_SENT';

export type ErrorCode =
  | 'ACCOUNT_INACTIVE'
  | 'ACCOUNT_LOCKED'
  | 'CONCURRENCY_CONFLICT'
  | 'CONFLICT'
  | 'GATEWAY_UNAVAILABLE'
  | 'IDEMPOTENCY_CONFLICT'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_STATE'
  | 'INVALID_TOKEN'
  | 'NOT_FOUND'
  | 'PAYMENT_DECLINED'
  | 'VALIDATION_FAILED';

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type UserFilter = {
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
  /** Name of a role. */
  readonly role?: string | null | undefined;
  /** Names of roles; any of them. */
  readonly roles?: ReadonlyArray<string> | null | undefined;
  /** Words that all occur in e-mail address, username or names. */
  readonly search?: string | null | undefined;
  readonly status?: UserStatus | null | undefined;
};

export type UserOrder = {
  readonly direction: SortDirection;
  readonly field: UserOrderField;
};

export type UserOrderField =
  | 'CREATED_AT'
  | 'EMAIL'
  | 'LAST_NAME'
  | 'USERNAME';

export type UserStatus =
  | 'ACTIVE'
  | 'INACTIVE';

export type CreateUserMutationVariables = Exact<{
  input: CreateUserInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CreateUserMutation = { readonly createUser:
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'CreateUserPayload', readonly consistencyToken: string, readonly user: { readonly id: string, readonly email: string, readonly username: string, readonly version: number }, readonly events: ReadonlyArray<
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
        | { readonly id: string, readonly type: DomainEventType, readonly version: number }
      > }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type FollowEventsSubscriptionVariables = Exact<{
  filter?: DomainEventFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type FollowEventsSubscription = { readonly domainEvents:
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly user: { readonly email: string, readonly username: string }, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
    | { readonly cursor: string | null, readonly id: string, readonly type: DomainEventType, readonly aggregateType: string, readonly aggregateId: string, readonly version: number, readonly metadata: { readonly timestamp: string, readonly userId: string | null, readonly correlationId: string } }
   };

export type SignInMutationVariables = Exact<{
  email: string;
  password: string;
}>;


export type SignInMutation = { readonly login:
    | { readonly __typename: 'AccountInactiveError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'AccountLockedError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'LoginPayload', readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly user: { readonly id: string, readonly email: string, readonly role: { readonly name: string } } }
   };

export type UsersQueryVariables = Exact<{
  filter?: UserFilter | null | undefined;
  orderBy?: UserOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type UsersQuery = { readonly users: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly email: string, readonly username: string, readonly firstName: string, readonly lastName: string, readonly isActive: boolean, readonly version: number, readonly createdAt: string, readonly role: { readonly name: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const CreateUserDocument = new TypedDocumentString(`
    mutation CreateUser($input: CreateUserInput!, $idempotencyKey: String) {
  createUser(input: $input, idempotencyKey: $idempotencyKey) {
    __typename
    ... on CreateUserPayload {
      user {
        id
        email
        username
        version
      }
      events {
        id
        type
        version
      }
      consistencyToken
    }
    ... on ValidationError {
      fieldErrors {
        path
        message
      }
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateUserMutation, CreateUserMutationVariables>;
export const FollowEventsDocument = new TypedDocumentString(`
    subscription FollowEvents($filter: DomainEventFilter, $after: Cursor) {
  domainEvents(filter: $filter, after: $after) {
    cursor
    id
    type
    aggregateType
    aggregateId
    version
    metadata {
      timestamp
      userId
      correlationId
    }
    ... on UserCreated {
      user {
        email
        username
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FollowEventsSubscription, FollowEventsSubscriptionVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($email: String!, $password: String!) {
  login(input: {email: $email, password: $password}) {
    __typename
    ... on LoginPayload {
      accessToken
      accessTokenExpiresAt
      refreshToken
      user {
        id
        email
        role {
          name
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const UsersDocument = new TypedDocumentString(`
    query Users($filter: UserFilter, $orderBy: UserOrder, $first: Int, $after: String) {
  users(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    edges {
      node {
        id
        email
        username
        firstName
        lastName
        isActive
        role {
          name
        }
        version
        createdAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    `) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const operations = {
  query: {
    users: UsersDocument,
  },
  mutation: {
    createUser: CreateUserDocument,
    signIn: SignInDocument,
  },
  subscription: {
    followEvents: FollowEventsDocument,
  },
} as const;
