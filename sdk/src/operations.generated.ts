import type { DomainEvent } from './domain-event.ts';
import { typed } from './typed-document.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type AuditAction =
  | 'CANCEL'
  | 'COMPLETE'
  | 'CREATE'
  | 'DELETE'
  | 'DISCARD'
  | 'ERASE'
  | 'EXPORT'
  | 'FAIL'
  | 'GRANT'
  | 'IMPORT'
  | 'LOCK'
  | 'LOGIN'
  | 'LOGOUT'
  | 'PAUSE'
  | 'PROCESS'
  | 'REBUILD'
  | 'REPLAY'
  | 'RESUME'
  | 'RETRY'
  | 'REVOKE'
  | 'START'
  | 'UPDATE';

export type AuditChainFault =
  | 'ALTERED_DETAILS'
  | 'ALTERED_ENTRY'
  | 'BROKEN_LINK'
  | 'MISSING_DETAILS'
  | 'MISSING_END'
  | 'MISSING_ENTRY';

export type AuditLogFilter = {
  readonly action?: AuditAction | null | undefined;
  readonly correlationId?: string | null | undefined;
  readonly from?: string | null | undefined;
  readonly resource?: string | null | undefined;
  readonly resourceId?: string | null | undefined;
  /** Inclusive. */
  readonly to?: string | null | undefined;
  /** Who acted. */
  readonly userId?: string | null | undefined;
};

export type ChangePasswordInput = {
  readonly currentPassword: string;
  readonly newPassword: string;
};

export type CreateOrderInput = {
  /** A code of ISO 4217. */
  readonly currency: string;
  /** Another than oneself: with orders:write. */
  readonly customerId?: string | null | undefined;
  /** 1 to 100. */
  readonly lines: ReadonlyArray<OrderLineInput>;
};

export type CreateRoleInput = {
  readonly description?: string | null | undefined;
  readonly name: string;
  /** Only those you hold yourself. */
  readonly permissions?: ReadonlyArray<string> | null | undefined;
};

export type CreateUserInput = {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Without one the user gets a mail with a link to set one. */
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
  | 'CONNECTION_ENDED'
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
  | 'PAYMENT_STARTED'
  | 'PERMISSION_GRANTED'
  | 'PERMISSION_REVOKED'
  | 'PROJECTION_REBUILD_REQUESTED'
  | 'PROJECTION_REBUILT'
  | 'REPLAY_CANCELLED'
  | 'REPLAY_FINISHED'
  | 'REPLAY_REQUESTED'
  | 'ROLE_CREATED'
  | 'ROLE_DELETED'
  | 'ROLE_UPDATED'
  | 'SAGA_RETRIED'
  | 'SEND_WELCOME_EMAIL'
  | 'SYSTEM_MAINTENANCE_COMPLETED'
  | 'SYSTEM_MAINTENANCE_STARTED'
  | 'UPDATE_FAILED'
  | 'USERS_BULK_ACTIVATED'
  | 'USERS_BULK_DEACTIVATED'
  | 'USERS_IMPORT_COMPLETED'
  | 'USER_CREATED'
  | 'USER_DATA_ERASED'
  | 'USER_DATA_EXPORTED'
  | 'USER_DELETED'
  | 'USER_EMAIL_VERIFIED'
  | 'USER_LOCKED'
  | 'USER_LOGGED_IN'
  | 'USER_LOGGED_OUT'
  | 'USER_LOGIN_FAILED'
  | 'USER_ONBOARDING_CANCELLED'
  | 'USER_ONBOARDING_COMPLETED'
  | 'USER_ONBOARDING_STARTED'
  | 'USER_ONBOARDING_STEP_COMPLETED'
  | 'USER_PASSWORD_CHANGED'
  | 'USER_REGISTRATION_COMPLETED'
  | 'USER_REGISTRATION_FAILED'
  | 'USER_REGISTRATION_REPEATED'
  | 'USER_SETTINGS_CREATED'
  | 'USER_SETTINGS_DELETED'
  | 'USER_SETTINGS_UPDATED'
  | 'USER_UPDATED'
  | 'WELCOME_EMAIL_SENT';

/** How far it is with the copies of what the log held: from the answer on, the log itself shows nothing. */
export type ErasureStatus =
  | 'COMPLETED'
  | 'FAILED'
  | 'RUNNING';

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

export type HandlerKind =
  | 'EXTERNAL'
  | 'PROJECTION'
  | 'SAGA'
  | 'TRANSACTIONAL';

export type HandlerStatus =
  | 'DEGRADED'
  | 'PAUSED'
  | 'RUNNING';

export type HealthStatus =
  | 'DEGRADED'
  | 'HEALTHY'
  | 'UNHEALTHY';

export type ImportErrorPolicy =
  /** Imports the others. */
  | 'IGNORE_FAILED'
  /** Imports nobody, and answers with a ValidationError. */
  | 'REJECT_EVERYTHING';

export type ImportUsersInput = {
  /** Default: REJECT_EVERYTHING. */
  readonly onError?: ImportErrorPolicy | null | undefined;
  /** 1 to 1000. */
  readonly users: ReadonlyArray<CreateUserInput>;
};

export type LiveTransport =
  | 'SSE'
  | 'WEBSOCKET';

export type LoginInput = {
  readonly email: string;
  readonly password: string;
};

export type NotificationType =
  | 'ERROR'
  | 'INFO'
  | 'SUCCESS'
  | 'WARNING';

export type OrderFilter = {
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
  /** Another than oneself: with orders:read. */
  readonly customerId?: string | null | undefined;
  /** What the order number begins with; case, hyphens and the prefix do not matter. */
  readonly search?: string | null | undefined;
  readonly status?: OrderStatus | null | undefined;
};

export type OrderLineInput = {
  readonly name: string;
  readonly quantity: number;
  readonly sku: string;
  /** In the currency's smallest unit. */
  readonly unitPrice: number;
};

export type OrderStatus =
  | 'CANCELLED'
  | 'PAID'
  | 'PENDING';

export type PaymentFilter = {
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
  /** Another than oneself: with payments:read. */
  readonly customerId?: string | null | undefined;
  readonly orderId?: string | null | undefined;
  readonly status?: PaymentStatus | null | undefined;
};

export type PaymentStatus =
  | 'FAILED'
  /** The gateway has not yet said what became of it. */
  | 'PENDING'
  | 'PROCESSED';

export type ProcessPaymentInput = {
  /** The order's total, in its smallest unit. */
  readonly amount: number;
  /** The order's. */
  readonly currency: string;
  /** Such as card: shown on the receipt. */
  readonly method: string;
  readonly orderId: string;
  /** What the gateway gave in place of the card. Never stored. */
  readonly token: string;
};

/** PREPARING: no rows are complete yet. REBUILDING: new rows are made beside those that are shown. */
export type ProjectionStatus =
  | 'LIVE'
  | 'PREPARING'
  | 'REBUILDING';

export type RefreshSessionInput = {
  readonly refreshToken: string;
};

export type RegisterInput = {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly password: string;
  readonly username: string;
};

export type ReplayEventsInput = {
  readonly aggregateId?: string | null | undefined;
  /** Only counts which handler would get how many events. */
  readonly dryRun?: boolean | null | undefined;
  readonly eventTypes?: ReadonlyArray<DomainEventType> | null | undefined;
  /** 1 to 100,000; as fast as it goes if not said. */
  readonly eventsPerSecond?: number | null | undefined;
  readonly from?: string | null | undefined;
  /** Names; if not said, every handler that may be given an event again. */
  readonly handlers?: ReadonlyArray<string> | null | undefined;
  /** Names of handlers that act outside and shall do what they have not done yet. What is done is never repeated. */
  readonly includeEffects?: ReadonlyArray<string> | null | undefined;
  /** Why; goes into the audit log. */
  readonly reason?: string | null | undefined;
  /** Inclusive. */
  readonly to?: string | null | undefined;
};

/** REPLAY hands events to handlers again; REBUILD makes a projection anew from the whole log. */
export type ReplayKind =
  | 'REBUILD'
  | 'REPLAY';

export type ReplayStatus =
  | 'CANCELLED'
  | 'COMPLETED'
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING';

export type ResetPasswordInput = {
  readonly newPassword: string;
  /** From the mail. */
  readonly token: string;
};

export type SagaFilter = {
  readonly correlationId?: string | null | undefined;
  readonly key?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly status?: SagaStatus | null | undefined;
};

/** COMPENSATED: it failed and was taken back. CANCELLED: an event ended it. FAILED: it cannot be taken back, see retrySaga. */
export type SagaStatus =
  | 'CANCELLED'
  | 'COMPENSATED'
  | 'COMPENSATING'
  | 'COMPLETED'
  | 'FAILED'
  | 'RUNNING';

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type StartMaintenanceInput = {
  readonly expectedEnd?: string | null | undefined;
  /** Shown to everybody. */
  readonly reason: string;
};

export type Theme =
  | 'DARK'
  | 'LIGHT'
  | 'SYSTEM';

export type UpdateOrderInput = {
  /** 1 to 100, instead of those it has. */
  readonly lines: ReadonlyArray<OrderLineInput>;
};

export type UpdateRoleInput = {
  readonly description?: string | null | undefined;
  readonly name?: string | null | undefined;
};

/** What is left out, or null, stays as it is. */
export type UpdateSettingsInput = {
  readonly emailNotifications?: boolean | null | undefined;
  readonly language?: string | null | undefined;
  readonly marketingEmails?: boolean | null | undefined;
  readonly smsNotifications?: boolean | null | undefined;
  readonly theme?: Theme | null | undefined;
};

export type UpdateUserInput = {
  readonly email?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  /** Takes users:write; nobody can assign a role that may do more than they may. */
  readonly roleId?: string | null | undefined;
  readonly username?: string | null | undefined;
};

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

export type ActivateUserMutationVariables = Exact<{
  id: string;
}>;


export type ActivateUserMutation = { readonly activateUser:
    | { readonly __typename: 'ConcurrencyError', readonly actualVersion: number, readonly expectedVersion: number, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'UpdateUserPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type AuditLogsQueryVariables = Exact<{
  filter?: AuditLogFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditLogsQuery = { readonly auditLogs: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: AuditLogFragment }>, readonly pageInfo: PageInfoFragment } };

export type BootstrapAdministratorMutationVariables = Exact<{
  token: string;
  input: RegisterInput;
}>;


export type BootstrapAdministratorMutation = { readonly bootstrapAdministrator:
    | { readonly __typename: 'BootstrapAdministratorPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type BulkActivateUsersMutationVariables = Exact<{
  userIds: ReadonlyArray<string> | string;
  idempotencyKey?: string | null | undefined;
}>;


export type BulkActivateUsersMutation = { readonly bulkActivateUsers:
    | { readonly __typename: 'BulkUsersPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly users: ReadonlyArray<UserFragment> }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type BulkDeactivateUsersMutationVariables = Exact<{
  userIds: ReadonlyArray<string> | string;
  idempotencyKey?: string | null | undefined;
}>;


export type BulkDeactivateUsersMutation = { readonly bulkDeactivateUsers:
    | { readonly __typename: 'BulkUsersPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly users: ReadonlyArray<UserFragment> }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CancelOrderMutationVariables = Exact<{
  id: string;
  expectedVersion?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
  reason: string;
}>;


export type CancelOrderMutation = { readonly cancelOrder:
    | { readonly __typename: 'CancelOrderPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly order: OrderFragment }
    | { readonly __typename: 'ConcurrencyError', readonly actualVersion: number, readonly expectedVersion: number, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CancelOrdersMutationVariables = Exact<{
  idempotencyKey?: string | null | undefined;
  customerId: string;
  reason: string;
}>;


export type CancelOrdersMutation = { readonly cancelOrders:
    | { readonly __typename: 'CancelOrdersPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly orders: ReadonlyArray<OrderFragment> }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CancelReplayMutationVariables = Exact<{
  id: string;
}>;


export type CancelReplayMutation = { readonly cancelReplay:
    | { readonly __typename: 'CancelReplayPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly replay: ReplayFragment }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
   };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { readonly changePassword:
    | { readonly __typename: 'ChangePasswordPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CompleteMaintenanceMutationVariables = Exact<{ [key: string]: never; }>;


export type CompleteMaintenanceMutation = { readonly completeMaintenance:
    | { readonly __typename: 'CompleteMaintenancePayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly maintenance: { readonly reason: string, readonly startedAt: string, readonly expectedEnd: string | null, readonly completedAt: string | null } }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
   };

export type CompleteOnboardingStepMutationVariables = Exact<{
  step: string;
}>;


export type CompleteOnboardingStepMutation = { readonly completeOnboardingStep:
    | { readonly __typename: 'CompleteOnboardingStepPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly onboarding: OnboardingFragment }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CreateOrderMutationVariables = Exact<{
  input: CreateOrderInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CreateOrderMutation = { readonly createOrder:
    | { readonly __typename: 'CreateOrderPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly order: OrderFragment }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CreateRoleMutationVariables = Exact<{
  input: CreateRoleInput;
}>;


export type CreateRoleMutation = { readonly createRole:
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'CreateRolePayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly role: RoleFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type CreateUserMutationVariables = Exact<{
  input: CreateUserInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CreateUserMutation = { readonly createUser:
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'CreateUserPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type DeactivateUserMutationVariables = Exact<{
  id: string;
}>;


export type DeactivateUserMutation = { readonly deactivateUser:
    | { readonly __typename: 'ConcurrencyError', readonly actualVersion: number, readonly expectedVersion: number, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'UpdateUserPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type DeadLettersQueryVariables = Exact<{
  handler?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type DeadLettersQuery = { readonly deadLetters: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: DeadLetterFragment }>, readonly pageInfo: PageInfoFragment } };

export type DeleteRoleMutationVariables = Exact<{
  id: string;
}>;


export type DeleteRoleMutation = { readonly deleteRole:
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'DeleteRolePayload', readonly roleId: string, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly role: RoleFragment }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
   };

export type DeleteUserMutationVariables = Exact<{
  id: string;
  idempotencyKey?: string | null | undefined;
}>;


export type DeleteUserMutation = { readonly deleteUser:
    | { readonly __typename: 'DeleteUserPayload', readonly userId: string, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
   };

export type DiscardDeadLetterMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type DiscardDeadLetterMutation = { readonly discardDeadLetter:
    | { readonly __typename: 'DiscardDeadLetterPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly deadLetter: DeadLetterFragment }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type DomainEventsSubscriptionVariables = Exact<{
  filter?: DomainEventFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type DomainEventsSubscription = { readonly domainEvents: DomainEvent };

export type EndConnectionMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type EndConnectionMutation = { readonly endConnection:
    | { readonly __typename: 'EndConnectionPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly connection: LiveConnectionFragment }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type EraseUserMutationVariables = Exact<{
  id: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type EraseUserMutation = { readonly eraseUser:
    | { readonly __typename: 'EraseUserPayload', readonly userId: string, readonly status: ErasureStatus, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type EventQueryVariables = Exact<{
  id: string;
}>;


export type EventQuery = { readonly event: DomainEvent | null };

export type EventBusHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type EventBusHealthQuery = { readonly eventBusHealth: EventBusHealthFragment };

export type EventBusHealthUpdatedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type EventBusHealthUpdatedSubscription = { readonly eventBusHealthUpdated: EventBusHealthFragment };

export type EventCatalogQueryVariables = Exact<{ [key: string]: never; }>;


export type EventCatalogQuery = { readonly eventCatalog: ReadonlyArray<{ readonly aggregateType: string, readonly dataSchema: unknown, readonly graphqlType: string, readonly schemaVersion: number, readonly type: DomainEventType }> };

export type EventStatsQueryVariables = Exact<{
  filter?: DomainEventFilter | null | undefined;
}>;


export type EventStatsQuery = { readonly eventStats: { readonly totalEvents: number, readonly byType: ReadonlyArray<{ readonly type: DomainEventType, readonly aggregateType: string, readonly count: number, readonly firstEvent: string, readonly lastEvent: string }> } };

export type EventsQueryVariables = Exact<{
  filter?: DomainEventFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  direction?: SortDirection | null | undefined;
}>;


export type EventsQuery = { readonly events: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: DomainEvent }>, readonly pageInfo: PageInfoFragment } };

export type ExportUserDataMutationVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type ExportUserDataMutation = { readonly exportUserData:
    | { readonly __typename: 'ExportUserDataPayload', readonly userId: string, readonly data: unknown, readonly next: string | null, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type FollowNotificationsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type FollowNotificationsSubscription = { readonly notifications: NotificationFragment };

export type GrantPermissionMutationVariables = Exact<{
  permission: string;
  roleId: string;
}>;


export type GrantPermissionMutation = { readonly grantPermission:
    | { readonly __typename: 'GrantPermissionPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly role: RoleFragment }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type HandlersQueryVariables = Exact<{ [key: string]: never; }>;


export type HandlersQuery = { readonly handlers: ReadonlyArray<HandlerFragment> };

export type ImportUsersMutationVariables = Exact<{
  input: ImportUsersInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ImportUsersMutation = { readonly importUsers:
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ImportUsersPayload', readonly consistencyToken: string, readonly successful: ReadonlyArray<UserFragment>, readonly failed: ReadonlyArray<{ readonly index: number, readonly email: string | null, readonly errors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }> }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type LiveConnectionsQueryVariables = Exact<{
  userId?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type LiveConnectionsQuery = { readonly liveConnections: { readonly totalCount: number, readonly silentNodes: ReadonlyArray<string>, readonly connections: ReadonlyArray<LiveConnectionFragment> } };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { readonly login:
    | { readonly __typename: 'AccountInactiveError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'AccountLockedError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'LoginPayload', readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
   };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogoutMutation = { readonly logout:
    | { readonly __typename: 'LogoutPayload', readonly sessionId: string, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
   };

export type MaintenanceQueryVariables = Exact<{ [key: string]: never; }>;


export type MaintenanceQuery = { readonly maintenance: { readonly reason: string, readonly startedAt: string, readonly expectedEnd: string | null, readonly completedAt: string | null } | null };

export type MarkAllNotificationsReadMutationVariables = Exact<{ [key: string]: never; }>;


export type MarkAllNotificationsReadMutation = { readonly markAllNotificationsRead: { readonly __typename: 'MarkAllNotificationsReadPayload', readonly markedCount: number, readonly unreadCount: number, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string } };

export type MarkNotificationReadMutationVariables = Exact<{
  id: string;
}>;


export type MarkNotificationReadMutation = { readonly markNotificationRead:
    | { readonly __typename: 'MarkNotificationReadPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly notification: NotificationFragment }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
   };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: (
    { readonly role: { readonly permissions: ReadonlyArray<string> }, readonly settings: UserSettingsFragment | null, readonly onboarding: OnboardingFragment | null }
    & UserFragment
  ) | null };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { readonly node:
    | (
      { readonly __typename: 'Notification', readonly id: string }
      & NotificationFragment
    )
    | (
      { readonly __typename: 'Order', readonly id: string }
      & OrderFragment
    )
    | { readonly __typename: 'Payment', readonly id: string }
    | { readonly __typename: 'Replay', readonly id: string }
    | (
      { readonly __typename: 'Role', readonly id: string }
      & RoleFragment
    )
    | { readonly __typename: 'Saga', readonly id: string }
    | (
      { readonly __typename: 'User', readonly id: string }
      & UserFragment
    )
    | { readonly __typename: 'UserSettings', readonly id: string }
   | null };

export type NotificationsQueryVariables = Exact<{
  unreadOnly?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type NotificationsQuery = { readonly notifications: { readonly unreadCount: number, readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: NotificationFragment }>, readonly pageInfo: PageInfoFragment } };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { readonly order: OrderFragment | null };

export type OrderStatsQueryVariables = Exact<{
  atLeast?: string | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  days?: number | null | undefined;
}>;


export type OrderStatsQuery = { readonly orderStats: { readonly totalOrders: number, readonly pendingOrders: number, readonly paidOrders: number, readonly cancelledOrders: number, readonly lastUpdated: string | null, readonly cursor: string | null, readonly revenue: ReadonlyArray<{ readonly amount: number, readonly currency: string }>, readonly refunds: ReadonlyArray<{ readonly amount: number, readonly currency: string }>, readonly days: ReadonlyArray<{ readonly day: string, readonly orders: number, readonly paidOrders: number, readonly cancelledOrders: number, readonly revenue: { readonly amount: number, readonly currency: string }, readonly refunds: { readonly amount: number, readonly currency: string } }> } };

export type OrderUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;


export type OrderUpdatedSubscription = { readonly orderUpdated: OrderFragment };

export type OrdersQueryVariables = Exact<{
  filter?: OrderFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OrdersQuery = { readonly orders: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: OrderSummaryFragment }>, readonly pageInfo: PageInfoFragment } };

export type PauseHandlerMutationVariables = Exact<{
  name: string;
}>;


export type PauseHandlerMutation = { readonly pauseHandler:
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'PauseHandlerPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly handler: HandlerFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string }
   };

export type PaymentQueryVariables = Exact<{
  id: string;
}>;


export type PaymentQuery = { readonly payment: (
    { readonly order: { readonly id: string, readonly orderNumber: string } }
    & PaymentFragment
  ) | null };

export type PaymentsQueryVariables = Exact<{
  filter?: PaymentFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PaymentsQuery = { readonly payments: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: (
        { readonly order: { readonly id: string, readonly orderNumber: string } }
        & PaymentFragment
      ) }>, readonly pageInfo: PageInfoFragment } };

export type ProcessPaymentMutationVariables = Exact<{
  input: ProcessPaymentInput;
  idempotencyKey: string;
}>;


export type ProcessPaymentMutation = { readonly processPayment:
    | { readonly __typename: 'GatewayUnavailableError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'PaymentDeclinedError', readonly paymentId: string, readonly reason: string, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'PaymentPendingError', readonly paymentId: string, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ProcessPaymentPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly payment: PaymentFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type ProjectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProjectionsQuery = { readonly projections: ReadonlyArray<ProjectionFragment> };

export type RebuildProjectionMutationVariables = Exact<{
  name: string;
  reason?: string | null | undefined;
}>;


export type RebuildProjectionMutation = { readonly rebuildProjection:
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RebuildProjectionPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly projection: ProjectionFragment, readonly replay: ReplayFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { readonly refreshSession:
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RefreshSessionPayload', readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
   };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { readonly register:
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RegisterPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment | null }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type ReplayQueryVariables = Exact<{
  id: string;
}>;


export type ReplayQuery = { readonly replay: ReplayFragment | null };

export type ReplayEventsMutationVariables = Exact<{
  input: ReplayEventsInput;
}>;


export type ReplayEventsMutation = { readonly replayEvents:
    | { readonly __typename: 'ReplayEventsPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly replay: ReplayFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type ReplayProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type ReplayProgressSubscription = { readonly replayProgress: ReplayFragment };

export type ReplaysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReplaysQuery = { readonly replays: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: ReplaySummaryFragment }>, readonly pageInfo: PageInfoFragment } };

export type RequestPasswordResetMutationVariables = Exact<{
  email: string;
}>;


export type RequestPasswordResetMutation = { readonly requestPasswordReset:
    | { readonly __typename: 'RequestPasswordResetPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { readonly resetPassword:
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ResetPasswordPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type ResumeHandlerMutationVariables = Exact<{
  name: string;
}>;


export type ResumeHandlerMutation = { readonly resumeHandler:
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ResumeHandlerPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly handler: HandlerFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string }
   };

export type RetryDeadLetterMutationVariables = Exact<{
  id: string;
}>;


export type RetryDeadLetterMutation = { readonly retryDeadLetter:
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RetryDeadLetterPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly deadLetter: DeadLetterFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string }
   };

export type RetryDeadLettersMutationVariables = Exact<{
  handler: string;
}>;


export type RetryDeadLettersMutation = { readonly retryDeadLetters:
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RetryDeadLettersPayload', readonly count: number, readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string }
   };

export type RetrySagaMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type RetrySagaMutation = { readonly retrySaga:
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RetrySagaPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly saga: SagaFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type RevokePermissionMutationVariables = Exact<{
  permission: string;
  roleId: string;
}>;


export type RevokePermissionMutation = { readonly revokePermission:
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RevokePermissionPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly role: RoleFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeSessionMutation = { readonly revokeSession:
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RevokeSessionPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly session: SessionFragment }
   };

export type RoleQueryVariables = Exact<{
  id: string;
}>;


export type RoleQuery = { readonly role: RoleFragment | null };

export type RolesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RolesQuery = { readonly roles: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: RoleFragment }>, readonly pageInfo: PageInfoFragment } };

export type SagasQueryVariables = Exact<{
  filter?: SagaFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SagasQuery = { readonly sagas: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: SagaSummaryFragment }>, readonly pageInfo: PageInfoFragment } };

export type SessionsQueryVariables = Exact<{
  userId?: string | null | undefined;
}>;


export type SessionsQuery = { readonly sessions: ReadonlyArray<SessionFragment> };

export type StartMaintenanceMutationVariables = Exact<{
  input: StartMaintenanceInput;
}>;


export type StartMaintenanceMutation = { readonly startMaintenance:
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'StartMaintenancePayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly maintenance: { readonly reason: string, readonly startedAt: string, readonly expectedEnd: string | null, readonly completedAt: string | null } }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type UpdateOrderMutationVariables = Exact<{
  id: string;
  input: UpdateOrderInput;
  expectedVersion?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type UpdateOrderMutation = { readonly updateOrder:
    | { readonly __typename: 'ConcurrencyError', readonly actualVersion: number, readonly expectedVersion: number, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'UpdateOrderPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly order: OrderFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type UpdateRoleMutationVariables = Exact<{
  id: string;
  input: UpdateRoleInput;
  expectedVersion?: number | null | undefined;
}>;


export type UpdateRoleMutation = { readonly updateRole:
    | { readonly __typename: 'ConcurrencyError', readonly actualVersion: number, readonly expectedVersion: number, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'UpdateRolePayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly role: RoleFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type UpdateSettingsMutationVariables = Exact<{
  input: UpdateSettingsInput;
}>;


export type UpdateSettingsMutation = { readonly updateSettings:
    | { readonly __typename: 'UpdateSettingsPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly settings: UserSettingsFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type UpdateUserMutationVariables = Exact<{
  id: string;
  input: UpdateUserInput;
  expectedVersion?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type UpdateUserMutation = { readonly updateUser:
    | { readonly __typename: 'ConcurrencyError', readonly actualVersion: number, readonly expectedVersion: number, readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'InvalidStateError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'UpdateUserPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly fieldErrors: ReadonlyArray<{ readonly message: string, readonly path: ReadonlyArray<string> }> }
   };

export type UserQueryVariables = Exact<{
  id: string;
}>;


export type UserQuery = { readonly user: UserFragment | null };

export type UserStatsQueryVariables = Exact<{
  atLeast?: string | null | undefined;
}>;


export type UserStatsQuery = { readonly userStats: UserStatsFragment };

export type UserStatsUpdatedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type UserStatsUpdatedSubscription = { readonly userStatsUpdated: UserStatsFragment };

export type UsersQueryVariables = Exact<{
  filter?: UserFilter | null | undefined;
  orderBy?: UserOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type UsersQuery = { readonly users: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: UserFragment }>, readonly pageInfo: PageInfoFragment } };

export type VerifyAuditChainQueryVariables = Exact<{
  after?: number | null | undefined;
}>;


export type VerifyAuditChainQuery = { readonly verifyAuditChain: { readonly checkedEntries: number, readonly complete: boolean, readonly headHash: string, readonly lastSequence: number, readonly purgedEntries: number, readonly valid: boolean, readonly firstBroken: { readonly eventId: string | null, readonly fault: AuditChainFault, readonly sequence: number } | null } };

export type VerifyEmailMutationVariables = Exact<{
  token: string;
}>;


export type VerifyEmailMutation = { readonly verifyEmail:
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'VerifyEmailPayload', readonly events: ReadonlyArray<DomainEvent>, readonly consistencyToken: string, readonly user: UserFragment }
   };

export type AuditLogFragment = { readonly id: string, readonly sequence: number, readonly action: AuditAction, readonly resource: string, readonly resourceId: string, readonly userId: string | null, readonly eventId: string, readonly eventType: string, readonly details: unknown, readonly ipAddress: string | null, readonly userAgent: string | null, readonly correlationId: string, readonly createdAt: string, readonly hash: string, readonly previousHash: string };

export type DeadLetterFragment = { readonly id: string, readonly handler: string, readonly eventId: string, readonly eventType: string, readonly aggregateType: string, readonly aggregateId: string, readonly attempts: number, readonly error: string | null, readonly errorClass: string | null, readonly createdAt: string };

export type EventBusHealthFragment = { readonly status: HealthStatus, readonly database: boolean, readonly redis: boolean | null, readonly relayLag: number, readonly handlers: number, readonly deadLetters: number, readonly totalEvents: number, readonly eventTypes: number, readonly lastEvent: string | null };

export type HandlerFragment = { readonly name: string, readonly kind: HandlerKind, readonly status: HandlerStatus, readonly eventTypes: ReadonlyArray<DomainEventType>, readonly checkpoint: string | null, readonly lag: number, readonly processedCount: number, readonly failedCount: number, readonly deadLetterCount: number, readonly retryingCount: number, readonly waitingCount: number, readonly lastError: string | null, readonly lastProcessedAt: string | null };

export type LiveConnectionFragment = { readonly id: string, readonly node: string, readonly transport: LiveTransport, readonly userId: string | null, readonly ipAddress: string | null, readonly userAgent: string | null, readonly since: string, readonly unsentBytes: number, readonly operations: ReadonlyArray<{ readonly name: string | null, readonly type: string | null, readonly since: string, readonly sent: number | null, readonly cursor: string | null, readonly lag: number | null }> };

export type NotificationFragment = { readonly id: string, readonly type: NotificationType, readonly title: string, readonly message: string, readonly eventId: string, readonly eventType: string, readonly isRead: boolean, readonly readAt: string | null, readonly createdAt: string };

export type OnboardingFragment = { readonly steps: ReadonlyArray<string>, readonly currentStep: string | null, readonly startedAt: string, readonly welcomeEmailSent: boolean, readonly welcomeEmailSentAt: string | null, readonly isCompleted: boolean, readonly completedAt: string | null };

export type OrderFragment = (
  { readonly lines: ReadonlyArray<{ readonly sku: string, readonly name: string, readonly quantity: number, readonly unitPrice: { readonly amount: number, readonly currency: string } }>, readonly payments: ReadonlyArray<PaymentFragment> }
  & OrderSummaryFragment
);

export type OrderSummaryFragment = { readonly id: string, readonly orderNumber: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly customer: { readonly id: string, readonly username: string, readonly firstName: string, readonly lastName: string }, readonly total: { readonly amount: number, readonly currency: string } };

export type PageInfoFragment = { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null };

export type PaymentFragment = { readonly id: string, readonly status: PaymentStatus, readonly method: string, readonly transactionId: string | null, readonly failureReason: string | null, readonly version: number, readonly createdAt: string, readonly amount: { readonly amount: number, readonly currency: string } };

export type ProjectionFragment = { readonly name: string, readonly status: ProjectionStatus, readonly version: number, readonly generation: number, readonly swappedAt: string | null, readonly rebuild: { readonly id: string, readonly status: string, readonly total: number, readonly processed: number, readonly error: string | null, readonly differences: unknown, readonly requestedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null } | null };

export type ReplayFragment = (
  { readonly plan: ReadonlyArray<{ readonly handler: string, readonly type: DomainEventType, readonly count: number }> }
  & ReplaySummaryFragment
);

export type ReplaySummaryFragment = { readonly id: string, readonly kind: ReplayKind, readonly status: ReplayStatus, readonly dryRun: boolean, readonly projection: string | null, readonly total: number, readonly processed: number, readonly failed: number, readonly error: string | null, readonly reason: string | null, readonly requestedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly requestedBy: { readonly id: string, readonly username: string }, readonly request: { readonly from: string | null, readonly to: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly aggregateId: string | null, readonly handlers: ReadonlyArray<string>, readonly includeEffects: ReadonlyArray<string>, readonly eventsPerSecond: number | null } | null };

export type RoleFragment = { readonly id: string, readonly name: string, readonly description: string, readonly permissions: ReadonlyArray<string>, readonly builtIn: boolean, readonly version: number, readonly createdAt: string, readonly updatedAt: string };

export type SagaFragment = (
  { readonly history: ReadonlyArray<{ readonly at: string, readonly kind: string, readonly step: string | null, readonly eventId: string | null, readonly error: string | null }> }
  & SagaSummaryFragment
);

export type SagaSummaryFragment = { readonly id: string, readonly name: string, readonly key: string, readonly status: SagaStatus, readonly step: string, readonly completedSteps: ReadonlyArray<string>, readonly compensatedSteps: ReadonlyArray<string>, readonly attempts: number, readonly error: string | null, readonly correlationId: string, readonly startedAt: string, readonly updatedAt: string, readonly endedAt: string | null, readonly dueAt: string | null };

export type SessionFragment = { readonly id: string, readonly device: string | null, readonly ip: string | null, readonly isCurrent: boolean, readonly createdAt: string, readonly lastSeenAt: string, readonly expiresAt: string, readonly revokedAt: string | null, readonly user: { readonly id: string } };

export type UserFragment = { readonly id: string, readonly email: string, readonly username: string, readonly firstName: string, readonly lastName: string, readonly isActive: boolean, readonly emailVerified: boolean, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly role: { readonly id: string, readonly name: string } };

export type UserSettingsFragment = { readonly id: string, readonly theme: Theme, readonly language: string, readonly emailNotifications: boolean, readonly smsNotifications: boolean, readonly marketingEmails: boolean, readonly version: number, readonly createdAt: string, readonly updatedAt: string };

export type UserStatsFragment = { readonly totalUsers: number, readonly activeUsers: number, readonly inactiveUsers: number, readonly newUsersThisMonth: number, readonly lastUpdated: string | null, readonly cursor: string | null };

const AuditLogText = 'fragment AuditLog on AuditLog{id sequence action resource resourceId userId eventId eventType details ipAddress userAgent correlationId createdAt hash previousHash}';
const DeadLetterText = 'fragment DeadLetter on DeadLetter{id handler eventId eventType aggregateType aggregateId attempts error errorClass createdAt}';
const DomainEventText = 'fragment DomainEvent on DomainEvent{cursor id type aggregateType aggregateId version schemaVersion data metadata{timestamp userId correlationId causationId ipAddress userAgent}}';
const EventBusHealthText = 'fragment EventBusHealth on EventBusHealth{status database redis relayLag handlers deadLetters totalEvents eventTypes lastEvent}';
const HandlerText = 'fragment Handler on Handler{name kind status eventTypes checkpoint lag processedCount failedCount deadLetterCount retryingCount waitingCount lastError lastProcessedAt}';
const LiveConnectionText = 'fragment LiveConnection on LiveConnection{id node transport userId ipAddress userAgent since unsentBytes operations(first:5){name type since sent cursor lag}}';
const NotificationText = 'fragment Notification on Notification{id type title message eventId eventType isRead readAt createdAt}';
const OnboardingText = 'fragment Onboarding on Onboarding{steps currentStep startedAt welcomeEmailSent welcomeEmailSentAt isCompleted completedAt}';
const OrderText = 'fragment Order on Order{...OrderSummary lines{sku name quantity unitPrice{amount currency}}payments{...Payment}}';
const OrderSummaryText = 'fragment OrderSummary on Order{id orderNumber customer{id username firstName lastName}total{amount currency}status version createdAt updatedAt}';
const PageInfoText = 'fragment PageInfo on PageInfo{hasNextPage hasPreviousPage startCursor endCursor}';
const PaymentText = 'fragment Payment on Payment{id status method transactionId failureReason version createdAt amount{amount currency}}';
const ProjectionText = 'fragment Projection on Projection{name status version generation swappedAt rebuild{id status total processed error differences requestedAt startedAt finishedAt}}';
const ReplayText = 'fragment Replay on Replay{...ReplaySummary plan{handler type count}}';
const ReplaySummaryText = 'fragment ReplaySummary on Replay{id kind status dryRun projection total processed failed error reason requestedBy{id username}request{from to eventTypes aggregateId handlers includeEffects eventsPerSecond}requestedAt startedAt finishedAt}';
const RoleText = 'fragment Role on Role{id name description permissions builtIn version createdAt updatedAt}';
const SagaText = 'fragment Saga on Saga{...SagaSummary history{at kind step eventId error}}';
const SagaSummaryText = 'fragment SagaSummary on Saga{id name key status step completedSteps compensatedSteps attempts error correlationId startedAt updatedAt endedAt dueAt}';
const SessionText = 'fragment Session on Session{id user{id}device ip isCurrent createdAt lastSeenAt expiresAt revokedAt}';
const UserText = 'fragment User on User{id email username firstName lastName isActive emailVerified role{id name}version createdAt updatedAt}';
const UserSettingsText = 'fragment UserSettings on UserSettings{id theme language emailNotifications smsNotifications marketingEmails version createdAt updatedAt}';
const UserStatsText = 'fragment UserStats on UserStats{totalUsers activeUsers inactiveUsers newUsersThisMonth lastUpdated cursor}';

export const operations = {
  query: {
    auditLogs: typed<AuditLogsQuery, AuditLogsQueryVariables>('query AuditLogs($filter:AuditLogFilter$first:Int$after:String){auditLogs(filter:$filter first:$first after:$after){edges{node{...AuditLog}}pageInfo{...PageInfo}totalCount}}' + AuditLogText + PageInfoText),
    deadLetters: typed<DeadLettersQuery, DeadLettersQueryVariables>('query DeadLetters($handler:String$first:Int$after:String){deadLetters(handler:$handler first:$first after:$after){edges{node{...DeadLetter}}pageInfo{...PageInfo}totalCount}}' + DeadLetterText + PageInfoText),
    event: typed<EventQuery, EventQueryVariables>('query Event($id:ID!){event(id:$id){...DomainEvent}}' + DomainEventText),
    eventBusHealth: typed<EventBusHealthQuery, EventBusHealthQueryVariables>('query EventBusHealth{eventBusHealth{...EventBusHealth}}' + EventBusHealthText),
    eventCatalog: typed<EventCatalogQuery, EventCatalogQueryVariables>('query EventCatalog{eventCatalog{aggregateType dataSchema graphqlType schemaVersion type}}'),
    eventStats: typed<EventStatsQuery, EventStatsQueryVariables>('query EventStats($filter:DomainEventFilter){eventStats(filter:$filter){totalEvents byType{type aggregateType count firstEvent lastEvent}}}'),
    events: typed<EventsQuery, EventsQueryVariables>('query Events($filter:DomainEventFilter$first:Int$after:Cursor$direction:SortDirection){events(filter:$filter first:$first after:$after direction:$direction){edges{cursor node{...DomainEvent}}pageInfo{...PageInfo}}}' + DomainEventText + PageInfoText),
    handlers: typed<HandlersQuery, HandlersQueryVariables>('query Handlers{handlers{...Handler}}' + HandlerText),
    liveConnections: typed<LiveConnectionsQuery, LiveConnectionsQueryVariables>('query LiveConnections($userId:ID$first:Int){liveConnections(userId:$userId first:$first){totalCount connections{...LiveConnection}silentNodes}}' + LiveConnectionText),
    maintenance: typed<MaintenanceQuery, MaintenanceQueryVariables>('query Maintenance{maintenance{reason startedAt expectedEnd completedAt}}'),
    me: typed<MeQuery, MeQueryVariables>('query Me{me{...User role{permissions}settings{...UserSettings}onboarding{...Onboarding}}}' + UserText + UserSettingsText + OnboardingText),
    node: typed<NodeQuery, NodeQueryVariables>('query Node($id:ID!){node(id:$id){__typename id ...on User{...User}...on Role{...Role}...on Order{...Order}...on Notification{...Notification}}}' + UserText + RoleText + OrderText + OrderSummaryText + PaymentText + NotificationText),
    notifications: typed<NotificationsQuery, NotificationsQueryVariables>('query Notifications($unreadOnly:Boolean$first:Int$after:String){notifications(unreadOnly:$unreadOnly first:$first after:$after){edges{node{...Notification}}unreadCount pageInfo{...PageInfo}totalCount}}' + NotificationText + PageInfoText),
    order: typed<OrderQuery, OrderQueryVariables>('query Order($id:ID!){order(id:$id){...Order}}' + OrderText + OrderSummaryText + PaymentText),
    orderStats: typed<OrderStatsQuery, OrderStatsQueryVariables>('query OrderStats($atLeast:String$from:DateTime$to:DateTime$days:Int){orderStats(atLeast:$atLeast){totalOrders pendingOrders paidOrders cancelledOrders revenue{amount currency}refunds{amount currency}days(from:$from to:$to first:$days){day orders paidOrders cancelledOrders revenue{amount currency}refunds{amount currency}}lastUpdated cursor}}'),
    orders: typed<OrdersQuery, OrdersQueryVariables>('query Orders($filter:OrderFilter$first:Int$after:String){orders(filter:$filter first:$first after:$after){edges{node{...OrderSummary}}pageInfo{...PageInfo}totalCount}}' + OrderSummaryText + PageInfoText),
    payment: typed<PaymentQuery, PaymentQueryVariables>('query Payment($id:ID!){payment(id:$id){...Payment order{id orderNumber}}}' + PaymentText),
    payments: typed<PaymentsQuery, PaymentsQueryVariables>('query Payments($filter:PaymentFilter$first:Int$after:String){payments(filter:$filter first:$first after:$after){edges{node{...Payment order{id orderNumber}}}pageInfo{...PageInfo}totalCount}}' + PaymentText + PageInfoText),
    projections: typed<ProjectionsQuery, ProjectionsQueryVariables>('query Projections{projections{...Projection}}' + ProjectionText),
    replay: typed<ReplayQuery, ReplayQueryVariables>('query Replay($id:ID!){replay(id:$id){...Replay}}' + ReplayText + ReplaySummaryText),
    replays: typed<ReplaysQuery, ReplaysQueryVariables>('query Replays($first:Int$after:String){replays(first:$first after:$after){edges{node{...ReplaySummary}}pageInfo{...PageInfo}totalCount}}' + ReplaySummaryText + PageInfoText),
    role: typed<RoleQuery, RoleQueryVariables>('query Role($id:ID!){role(id:$id){...Role}}' + RoleText),
    roles: typed<RolesQuery, RolesQueryVariables>('query Roles($first:Int$after:String){roles(first:$first after:$after){edges{node{...Role}}pageInfo{...PageInfo}totalCount}}' + RoleText + PageInfoText),
    sagas: typed<SagasQuery, SagasQueryVariables>('query Sagas($filter:SagaFilter$first:Int$after:String){sagas(filter:$filter first:$first after:$after){edges{node{...SagaSummary}}pageInfo{...PageInfo}totalCount}}' + SagaSummaryText + PageInfoText),
    sessions: typed<SessionsQuery, SessionsQueryVariables>('query Sessions($userId:ID){sessions(userId:$userId){...Session}}' + SessionText),
    user: typed<UserQuery, UserQueryVariables>('query User($id:ID!){user(id:$id){...User}}' + UserText),
    userStats: typed<UserStatsQuery, UserStatsQueryVariables>('query UserStats($atLeast:String){userStats(atLeast:$atLeast){...UserStats}}' + UserStatsText),
    users: typed<UsersQuery, UsersQueryVariables>('query Users($filter:UserFilter$orderBy:UserOrder$first:Int$after:String$last:Int$before:String){users(filter:$filter orderBy:$orderBy first:$first after:$after last:$last before:$before){edges{node{...User}}pageInfo{...PageInfo}totalCount}}' + UserText + PageInfoText),
    verifyAuditChain: typed<VerifyAuditChainQuery, VerifyAuditChainQueryVariables>('query VerifyAuditChain($after:SafeInt){verifyAuditChain(after:$after){checkedEntries complete firstBroken{eventId fault sequence}headHash lastSequence purgedEntries valid}}'),
  },
  mutation: {
    activateUser: typed<ActivateUserMutation, ActivateUserMutationVariables>('mutation ActivateUser($id:ID!){activateUser(id:$id){__typename ...on UpdateUserPayload{user{...User}events{...DomainEvent}consistencyToken}...on ConcurrencyError{actualVersion expectedVersion}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    bootstrapAdministrator: typed<BootstrapAdministratorMutation, BootstrapAdministratorMutationVariables>('mutation BootstrapAdministrator($token:String!$input:RegisterInput!){bootstrapAdministrator(token:$token input:$input){__typename ...on BootstrapAdministratorPayload{user{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    bulkActivateUsers: typed<BulkActivateUsersMutation, BulkActivateUsersMutationVariables>('mutation BulkActivateUsers($userIds:[ID!]!$idempotencyKey:String){bulkActivateUsers(userIds:$userIds idempotencyKey:$idempotencyKey){__typename ...on BulkUsersPayload{users{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    bulkDeactivateUsers: typed<BulkDeactivateUsersMutation, BulkDeactivateUsersMutationVariables>('mutation BulkDeactivateUsers($userIds:[ID!]!$idempotencyKey:String){bulkDeactivateUsers(userIds:$userIds idempotencyKey:$idempotencyKey){__typename ...on BulkUsersPayload{users{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    cancelOrder: typed<CancelOrderMutation, CancelOrderMutationVariables>('mutation CancelOrder($id:ID!$expectedVersion:Int$idempotencyKey:String$reason:String!){cancelOrder(id:$id expectedVersion:$expectedVersion idempotencyKey:$idempotencyKey reason:$reason){__typename ...on CancelOrderPayload{order{...Order}events{...DomainEvent}consistencyToken}...on ConcurrencyError{actualVersion expectedVersion}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + OrderText + OrderSummaryText + PaymentText + DomainEventText),
    cancelOrders: typed<CancelOrdersMutation, CancelOrdersMutationVariables>('mutation CancelOrders($idempotencyKey:String$customerId:ID!$reason:String!){cancelOrders(idempotencyKey:$idempotencyKey customerId:$customerId reason:$reason){__typename ...on CancelOrdersPayload{orders{...Order}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + OrderText + OrderSummaryText + PaymentText + DomainEventText),
    cancelReplay: typed<CancelReplayMutation, CancelReplayMutationVariables>('mutation CancelReplay($id:ID!){cancelReplay(id:$id){__typename ...on CancelReplayPayload{replay{...Replay}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + ReplayText + ReplaySummaryText + DomainEventText),
    changePassword: typed<ChangePasswordMutation, ChangePasswordMutationVariables>('mutation ChangePassword($input:ChangePasswordInput!){changePassword(input:$input){__typename ...on ChangePasswordPayload{user{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    completeMaintenance: typed<CompleteMaintenanceMutation, CompleteMaintenanceMutationVariables>('mutation CompleteMaintenance{completeMaintenance{__typename ...on CompleteMaintenancePayload{maintenance{reason startedAt expectedEnd completedAt}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + DomainEventText),
    completeOnboardingStep: typed<CompleteOnboardingStepMutation, CompleteOnboardingStepMutationVariables>('mutation CompleteOnboardingStep($step:String!){completeOnboardingStep(step:$step){__typename ...on CompleteOnboardingStepPayload{onboarding{...Onboarding}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + OnboardingText + DomainEventText),
    createOrder: typed<CreateOrderMutation, CreateOrderMutationVariables>('mutation CreateOrder($input:CreateOrderInput!$idempotencyKey:String){createOrder(input:$input idempotencyKey:$idempotencyKey){__typename ...on CreateOrderPayload{order{...Order}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + OrderText + OrderSummaryText + PaymentText + DomainEventText),
    createRole: typed<CreateRoleMutation, CreateRoleMutationVariables>('mutation CreateRole($input:CreateRoleInput!){createRole(input:$input){__typename ...on CreateRolePayload{role{...Role}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + RoleText + DomainEventText),
    createUser: typed<CreateUserMutation, CreateUserMutationVariables>('mutation CreateUser($input:CreateUserInput!$idempotencyKey:String){createUser(input:$input idempotencyKey:$idempotencyKey){__typename ...on CreateUserPayload{user{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    deactivateUser: typed<DeactivateUserMutation, DeactivateUserMutationVariables>('mutation DeactivateUser($id:ID!){deactivateUser(id:$id){__typename ...on UpdateUserPayload{user{...User}events{...DomainEvent}consistencyToken}...on ConcurrencyError{actualVersion expectedVersion}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    deleteRole: typed<DeleteRoleMutation, DeleteRoleMutationVariables>('mutation DeleteRole($id:ID!){deleteRole(id:$id){__typename ...on DeleteRolePayload{role{...Role}roleId events{...DomainEvent}consistencyToken}...on Error{code message}}}' + RoleText + DomainEventText),
    deleteUser: typed<DeleteUserMutation, DeleteUserMutationVariables>('mutation DeleteUser($id:ID!$idempotencyKey:String){deleteUser(id:$id idempotencyKey:$idempotencyKey){__typename ...on DeleteUserPayload{user{...User}userId events{...DomainEvent}consistencyToken}...on Error{code message}}}' + UserText + DomainEventText),
    discardDeadLetter: typed<DiscardDeadLetterMutation, DiscardDeadLetterMutationVariables>('mutation DiscardDeadLetter($id:ID!$reason:String!){discardDeadLetter(id:$id reason:$reason){__typename ...on DiscardDeadLetterPayload{deadLetter{...DeadLetter}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + DeadLetterText + DomainEventText),
    endConnection: typed<EndConnectionMutation, EndConnectionMutationVariables>('mutation EndConnection($id:ID!$reason:String!){endConnection(id:$id reason:$reason){__typename ...on EndConnectionPayload{connection{...LiveConnection}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{path message}}...on Error{code message}}}' + LiveConnectionText + DomainEventText),
    eraseUser: typed<EraseUserMutation, EraseUserMutationVariables>('mutation EraseUser($id:ID!$reason:String!$idempotencyKey:String){eraseUser(id:$id reason:$reason idempotencyKey:$idempotencyKey){__typename ...on EraseUserPayload{userId status events{...DomainEvent}consistencyToken}...on Error{code message}...on ValidationError{fieldErrors{path message}}}}' + DomainEventText),
    exportUserData: typed<ExportUserDataMutation, ExportUserDataMutationVariables>('mutation ExportUserData($id:ID!$after:String){exportUserData(id:$id after:$after){__typename ...on ExportUserDataPayload{userId data next events{...DomainEvent}consistencyToken}...on Error{code message}...on ValidationError{fieldErrors{path message}}}}' + DomainEventText),
    grantPermission: typed<GrantPermissionMutation, GrantPermissionMutationVariables>('mutation GrantPermission($permission:String!$roleId:ID!){grantPermission(permission:$permission roleId:$roleId){__typename ...on GrantPermissionPayload{role{...Role}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + RoleText + DomainEventText),
    importUsers: typed<ImportUsersMutation, ImportUsersMutationVariables>('mutation ImportUsers($input:ImportUsersInput!$idempotencyKey:String){importUsers(input:$input idempotencyKey:$idempotencyKey){__typename ...on ImportUsersPayload{successful{...User}failed{index email errors{path message}}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText),
    login: typed<LoginMutation, LoginMutationVariables>('mutation Login($input:LoginInput!){login(input:$input){__typename ...on LoginPayload{accessToken accessTokenExpiresAt refreshToken user{...User}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + UserText + DomainEventText),
    logout: typed<LogoutMutation, LogoutMutationVariables>('mutation Logout{logout{__typename ...on LogoutPayload{sessionId events{...DomainEvent}consistencyToken}...on Error{code message}}}' + DomainEventText),
    markAllNotificationsRead: typed<MarkAllNotificationsReadMutation, MarkAllNotificationsReadMutationVariables>('mutation MarkAllNotificationsRead{markAllNotificationsRead{__typename ...on MarkAllNotificationsReadPayload{markedCount unreadCount events{...DomainEvent}consistencyToken}}}' + DomainEventText),
    markNotificationRead: typed<MarkNotificationReadMutation, MarkNotificationReadMutationVariables>('mutation MarkNotificationRead($id:ID!){markNotificationRead(id:$id){__typename ...on MarkNotificationReadPayload{notification{...Notification}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + NotificationText + DomainEventText),
    pauseHandler: typed<PauseHandlerMutation, PauseHandlerMutationVariables>('mutation PauseHandler($name:String!){pauseHandler(name:$name){__typename ...on PauseHandlerPayload{handler{...Handler}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + HandlerText + DomainEventText),
    processPayment: typed<ProcessPaymentMutation, ProcessPaymentMutationVariables>('mutation ProcessPayment($input:ProcessPaymentInput!$idempotencyKey:String!){processPayment(input:$input idempotencyKey:$idempotencyKey){__typename ...on ProcessPaymentPayload{payment{...Payment}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on PaymentDeclinedError{paymentId reason}...on PaymentPendingError{paymentId}...on Error{code message}}}' + PaymentText + DomainEventText),
    rebuildProjection: typed<RebuildProjectionMutation, RebuildProjectionMutationVariables>('mutation RebuildProjection($name:String!$reason:String){rebuildProjection(name:$name reason:$reason){__typename ...on RebuildProjectionPayload{projection{...Projection}replay{...Replay}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + ProjectionText + ReplayText + ReplaySummaryText + DomainEventText),
    refreshSession: typed<RefreshSessionMutation, RefreshSessionMutationVariables>('mutation RefreshSession($input:RefreshSessionInput!){refreshSession(input:$input){__typename ...on RefreshSessionPayload{accessToken accessTokenExpiresAt refreshToken user{...User}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + UserText + DomainEventText),
    register: typed<RegisterMutation, RegisterMutationVariables>('mutation Register($input:RegisterInput!){register(input:$input){__typename ...on RegisterPayload{user{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    replayEvents: typed<ReplayEventsMutation, ReplayEventsMutationVariables>('mutation ReplayEvents($input:ReplayEventsInput!){replayEvents(input:$input){__typename ...on ReplayEventsPayload{replay{...Replay}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + ReplayText + ReplaySummaryText + DomainEventText),
    requestPasswordReset: typed<RequestPasswordResetMutation, RequestPasswordResetMutationVariables>('mutation RequestPasswordReset($email:String!){requestPasswordReset(email:$email){__typename ...on RequestPasswordResetPayload{events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + DomainEventText),
    resetPassword: typed<ResetPasswordMutation, ResetPasswordMutationVariables>('mutation ResetPassword($input:ResetPasswordInput!){resetPassword(input:$input){__typename ...on ResetPasswordPayload{user{...User}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    resumeHandler: typed<ResumeHandlerMutation, ResumeHandlerMutationVariables>('mutation ResumeHandler($name:String!){resumeHandler(name:$name){__typename ...on ResumeHandlerPayload{handler{...Handler}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + HandlerText + DomainEventText),
    retryDeadLetter: typed<RetryDeadLetterMutation, RetryDeadLetterMutationVariables>('mutation RetryDeadLetter($id:ID!){retryDeadLetter(id:$id){__typename ...on RetryDeadLetterPayload{deadLetter{...DeadLetter}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + DeadLetterText + DomainEventText),
    retryDeadLetters: typed<RetryDeadLettersMutation, RetryDeadLettersMutationVariables>('mutation RetryDeadLetters($handler:String!){retryDeadLetters(handler:$handler){__typename ...on RetryDeadLettersPayload{count events{...DomainEvent}consistencyToken}...on Error{code message}}}' + DomainEventText),
    retrySaga: typed<RetrySagaMutation, RetrySagaMutationVariables>('mutation RetrySaga($id:ID!$reason:String){retrySaga(id:$id reason:$reason){__typename ...on RetrySagaPayload{saga{...Saga}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + SagaText + SagaSummaryText + DomainEventText),
    revokePermission: typed<RevokePermissionMutation, RevokePermissionMutationVariables>('mutation RevokePermission($permission:String!$roleId:ID!){revokePermission(permission:$permission roleId:$roleId){__typename ...on RevokePermissionPayload{role{...Role}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + RoleText + DomainEventText),
    revokeSession: typed<RevokeSessionMutation, RevokeSessionMutationVariables>('mutation RevokeSession($id:ID!){revokeSession(id:$id){__typename ...on RevokeSessionPayload{session{...Session}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + SessionText + DomainEventText),
    startMaintenance: typed<StartMaintenanceMutation, StartMaintenanceMutationVariables>('mutation StartMaintenance($input:StartMaintenanceInput!){startMaintenance(input:$input){__typename ...on StartMaintenancePayload{maintenance{reason startedAt expectedEnd completedAt}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + DomainEventText),
    updateOrder: typed<UpdateOrderMutation, UpdateOrderMutationVariables>('mutation UpdateOrder($id:ID!$input:UpdateOrderInput!$expectedVersion:Int$idempotencyKey:String){updateOrder(id:$id input:$input expectedVersion:$expectedVersion idempotencyKey:$idempotencyKey){__typename ...on UpdateOrderPayload{order{...Order}events{...DomainEvent}consistencyToken}...on ConcurrencyError{actualVersion expectedVersion}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + OrderText + OrderSummaryText + PaymentText + DomainEventText),
    updateRole: typed<UpdateRoleMutation, UpdateRoleMutationVariables>('mutation UpdateRole($id:ID!$input:UpdateRoleInput!$expectedVersion:Int){updateRole(id:$id input:$input expectedVersion:$expectedVersion){__typename ...on UpdateRolePayload{role{...Role}events{...DomainEvent}consistencyToken}...on ConcurrencyError{actualVersion expectedVersion}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + RoleText + DomainEventText),
    updateSettings: typed<UpdateSettingsMutation, UpdateSettingsMutationVariables>('mutation UpdateSettings($input:UpdateSettingsInput!){updateSettings(input:$input){__typename ...on UpdateSettingsPayload{settings{...UserSettings}events{...DomainEvent}consistencyToken}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserSettingsText + DomainEventText),
    updateUser: typed<UpdateUserMutation, UpdateUserMutationVariables>('mutation UpdateUser($id:ID!$input:UpdateUserInput!$expectedVersion:Int$idempotencyKey:String){updateUser(id:$id input:$input expectedVersion:$expectedVersion idempotencyKey:$idempotencyKey){__typename ...on UpdateUserPayload{user{...User}events{...DomainEvent}consistencyToken}...on ConcurrencyError{actualVersion expectedVersion}...on ValidationError{fieldErrors{message path}}...on Error{code message}}}' + UserText + DomainEventText),
    verifyEmail: typed<VerifyEmailMutation, VerifyEmailMutationVariables>('mutation VerifyEmail($token:String!){verifyEmail(token:$token){__typename ...on VerifyEmailPayload{user{...User}events{...DomainEvent}consistencyToken}...on Error{code message}}}' + UserText + DomainEventText),
  },
  subscription: {
    domainEvents: typed<DomainEventsSubscription, DomainEventsSubscriptionVariables>('subscription DomainEvents($filter:DomainEventFilter$after:Cursor){domainEvents(filter:$filter after:$after){...DomainEvent}}' + DomainEventText),
    eventBusHealthUpdated: typed<EventBusHealthUpdatedSubscription, EventBusHealthUpdatedSubscriptionVariables>('subscription EventBusHealthUpdated{eventBusHealthUpdated{...EventBusHealth}}' + EventBusHealthText),
    followNotifications: typed<FollowNotificationsSubscription, FollowNotificationsSubscriptionVariables>('subscription FollowNotifications{notifications{...Notification}}' + NotificationText),
    orderUpdated: typed<OrderUpdatedSubscription, OrderUpdatedSubscriptionVariables>('subscription OrderUpdated($id:ID!){orderUpdated(id:$id){...Order}}' + OrderText + OrderSummaryText + PaymentText),
    replayProgress: typed<ReplayProgressSubscription, ReplayProgressSubscriptionVariables>('subscription ReplayProgress($id:ID!){replayProgress(id:$id){...Replay}}' + ReplayText + ReplaySummaryText),
    userStatsUpdated: typed<UserStatsUpdatedSubscription, UserStatsUpdatedSubscriptionVariables>('subscription UserStatsUpdated{userStatsUpdated{...UserStats}}' + UserStatsText),
  },
} as const;
