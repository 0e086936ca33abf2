import type { RecordedEvent } from './domain-event.ts';

export type CommandFailure = { readonly code: string; readonly message: string };

export type FailedCommand = { readonly input: Readonly<Record<string, unknown>>; readonly name: string };

export type MaintenanceSnapshot = { readonly completedAt: string | null; readonly expectedEnd: string | null; readonly reason: string; readonly startedAt: string };

export type Money = { readonly amount: number; readonly currency: string };

export type OnboardingSnapshot = { readonly completedAt: string | null; readonly currentStep: string | null; readonly startedAt: string; readonly userId: string; readonly welcomeEmailSentAt: string | null };

export type OrderLineSnapshot = { readonly name: string; readonly quantity: number; readonly sku: string; readonly unitPrice: Money };

export type OrderSnapshot = { readonly createdAt: string; readonly customerId: string; readonly id: string; readonly lines: ReadonlyArray<OrderLineSnapshot>; readonly orderNumber: string; readonly status: "PENDING" | "PAID" | "CANCELLED"; readonly total: Money; readonly updatedAt: string; readonly version: number };

export type PaymentSnapshot = { readonly amount: Money; readonly createdAt: string; readonly customerId: string; readonly failureReason: string | null; readonly id: string; readonly method: string; readonly orderId: string; readonly orderNumber: string; readonly status: "PROCESSED" | "FAILED"; readonly transactionId: string | null; readonly version: number };

export type ProjectionTableDifference = { readonly onlyAfter: number; readonly onlyBefore: number; readonly table: string };

export type ReplayRange = { readonly aggregateId: string | null; readonly eventTypes: ReadonlyArray<string> | null; readonly from: string | null; readonly to: string | null };

export type RoleSnapshot = { readonly builtIn: boolean; readonly createdAt: string; readonly description: string; readonly id: string; readonly name: string; readonly permissions: ReadonlyArray<string>; readonly updatedAt: string; readonly version: number };

export type SessionSnapshot = { readonly device: string | null; readonly expiresAt: string; readonly id: string; readonly ip: string | null };

export type StartedPayment = { readonly amount: Money; readonly createdAt: string; readonly customerId: string; readonly id: string; readonly method: string; readonly orderId: string; readonly orderNumber: string; readonly version: number };

export type UserImportFailure = { readonly errors: ReadonlyArray<UserImportProblem>; readonly index: number };

export type UserImportProblem = { readonly message: string; readonly path: ReadonlyArray<string> };

export type UserImportTotals = { readonly failed: number; readonly imported: number; readonly requested: number };

export type UserSettingsSnapshot = { readonly createdAt: string; readonly emailNotifications: boolean; readonly id: string; readonly language: string; readonly marketingEmails: boolean; readonly smsNotifications: boolean; readonly theme: "light" | "dark" | "system"; readonly updatedAt: string; readonly userId: string; readonly version: number };

export type UserSnapshot = { readonly createdAt: string; readonly email: string; readonly emailVerified: boolean; readonly firstName: string; readonly id: string; readonly isActive: boolean; readonly lastName: string; readonly roleId: string; readonly updatedAt: string; readonly username: string; readonly version: number };

/** Schema version 1. */
export type BulkCreateFailed = RecordedEvent<'BULK_CREATE_FAILED', '*', { readonly command: FailedCommand; readonly error: CommandFailure }>;

/** Schema version 1. */
export type BulkDeleteFailed = RecordedEvent<'BULK_DELETE_FAILED', '*', { readonly command: FailedCommand; readonly error: CommandFailure }>;

/** Schema version 1. */
export type BulkUpdateFailed = RecordedEvent<'BULK_UPDATE_FAILED', '*', { readonly command: FailedCommand; readonly error: CommandFailure }>;

/** Schema version 1. */
export type ConnectionEnded = RecordedEvent<'CONNECTION_ENDED', 'Connection', { readonly connectionId: string; readonly personId: string | null; readonly reason: string }>;

/** Schema version 1. */
export type CreateFailed = RecordedEvent<'CREATE_FAILED', '*', { readonly command: FailedCommand; readonly error: CommandFailure }>;

/** Schema version 2. */
export type DeadLettersRetried = RecordedEvent<'DEAD_LETTERS_RETRIED', 'Handler', { readonly eventIds: ReadonlyArray<string>; readonly handler: string; readonly reason: string | null }>;

/** Schema version 1. */
export type DeadLetterDiscarded = RecordedEvent<'DEAD_LETTER_DISCARDED', 'Handler', { readonly eventId: string; readonly handler: string; readonly reason: string }>;

/** Schema version 1. */
export type DeleteFailed = RecordedEvent<'DELETE_FAILED', '*', { readonly command: FailedCommand; readonly error: CommandFailure }>;

/** Schema version 2. */
export type HandlerPaused = RecordedEvent<'HANDLER_PAUSED', 'Handler', { readonly handler: string; readonly reason: string | null }>;

/** Schema version 2. */
export type HandlerResumed = RecordedEvent<'HANDLER_RESUMED', 'Handler', { readonly handler: string; readonly reason: string | null }>;

/** Schema version 2. */
export type OrderCancelled = RecordedEvent<'ORDER_CANCELLED', 'Order', { readonly cancellation: "REQUESTED" | "EXPIRED"; readonly order: OrderSnapshot; readonly previousData: OrderSnapshot; readonly reason: string }>;

/** Schema version 1. */
export type OrderCreated = RecordedEvent<'ORDER_CREATED', 'Order', { readonly order: OrderSnapshot }>;

/** Schema version 1. */
export type OrderUpdated = RecordedEvent<'ORDER_UPDATED', 'Order', { readonly order: OrderSnapshot; readonly previousData: OrderSnapshot }>;

/** Schema version 1. */
export type PaymentFailed = RecordedEvent<'PAYMENT_FAILED', 'Payment', { readonly orderId: string; readonly payment: PaymentSnapshot; readonly reason: string }>;

/** Schema version 1. */
export type PaymentProcessed = RecordedEvent<'PAYMENT_PROCESSED', 'Payment', { readonly orderId: string; readonly payment: PaymentSnapshot }>;

/** Schema version 1. */
export type PaymentStarted = RecordedEvent<'PAYMENT_STARTED', 'Payment', { readonly orderId: string; readonly payment: StartedPayment }>;

/** Schema version 1. */
export type PermissionGranted = RecordedEvent<'PERMISSION_GRANTED', 'Role', { readonly permission: string; readonly role: RoleSnapshot }>;

/** Schema version 1. */
export type PermissionRevoked = RecordedEvent<'PERMISSION_REVOKED', 'Role', { readonly permission: string; readonly role: RoleSnapshot }>;

/** Schema version 1. */
export type ProjectionRebuildRequested = RecordedEvent<'PROJECTION_REBUILD_REQUESTED', 'Projection', { readonly projection: string; readonly reason: string | null; readonly rebuildId: string }>;

/** Schema version 1. */
export type ProjectionRebuilt = RecordedEvent<'PROJECTION_REBUILT', 'Projection', { readonly compared: boolean; readonly differences: ReadonlyArray<ProjectionTableDifference>; readonly generation: number; readonly projection: string; readonly rebuildId: string; readonly version: number }>;

/** Schema version 1. */
export type ReplayCancelled = RecordedEvent<'REPLAY_CANCELLED', 'Replay', { readonly processed: number; readonly replayId: string }>;

/** Schema version 1. */
export type ReplayFinished = RecordedEvent<'REPLAY_FINISHED', 'Replay', { readonly dryRun: boolean; readonly failed: number; readonly processed: number; readonly replayId: string; readonly total: number }>;

/** Schema version 1. */
export type ReplayRequested = RecordedEvent<'REPLAY_REQUESTED', 'Replay', { readonly dryRun: boolean; readonly eventsPerSecond: number | null; readonly handlers: ReadonlyArray<string>; readonly includeEffects: ReadonlyArray<string>; readonly range: ReplayRange; readonly reason: string | null; readonly replayId: string }>;

/** Schema version 1. */
export type RoleCreated = RecordedEvent<'ROLE_CREATED', 'Role', { readonly role: RoleSnapshot }>;

/** Schema version 1. */
export type RoleDeleted = RecordedEvent<'ROLE_DELETED', 'Role', { readonly previousData: RoleSnapshot; readonly roleId: string }>;

/** Schema version 1. */
export type RoleUpdated = RecordedEvent<'ROLE_UPDATED', 'Role', { readonly previousData: RoleSnapshot; readonly role: RoleSnapshot }>;

/** Schema version 1. */
export type SagaRetried = RecordedEvent<'SAGA_RETRIED', 'Saga', { readonly key: string; readonly reason: string | null; readonly saga: string }>;

/** Schema version 2. */
export type SendWelcomeEmail = RecordedEvent<'SEND_WELCOME_EMAIL', 'User', { readonly user: UserSnapshot }>;

/** Schema version 1. */
export type SystemMaintenanceCompleted = RecordedEvent<'SYSTEM_MAINTENANCE_COMPLETED', 'System', { readonly details: MaintenanceSnapshot }>;

/** Schema version 1. */
export type SystemMaintenanceStarted = RecordedEvent<'SYSTEM_MAINTENANCE_STARTED', 'System', { readonly details: MaintenanceSnapshot }>;

/** Schema version 1. */
export type UpdateFailed = RecordedEvent<'UPDATE_FAILED', '*', { readonly command: FailedCommand; readonly error: CommandFailure }>;

/** Schema version 1. */
export type UsersBulkActivated = RecordedEvent<'USERS_BULK_ACTIVATED', 'User', { readonly count: number; readonly userIds: ReadonlyArray<string> }>;

/** Schema version 1. */
export type UsersBulkDeactivated = RecordedEvent<'USERS_BULK_DEACTIVATED', 'User', { readonly count: number; readonly userIds: ReadonlyArray<string> }>;

/** Schema version 1. */
export type UsersImportCompleted = RecordedEvent<'USERS_IMPORT_COMPLETED', 'User', { readonly failures: ReadonlyArray<UserImportFailure>; readonly importedUsers: ReadonlyArray<string>; readonly totals: UserImportTotals }>;

/** Schema version 2. */
export type UserCreated = RecordedEvent<'USER_CREATED', 'User', { readonly user: UserSnapshot }>;

/** Schema version 1. */
export type UserDataErased = RecordedEvent<'USER_DATA_ERASED', 'User', { readonly reason: string; readonly userId: string }>;

/** Schema version 1. */
export type UserDataExported = RecordedEvent<'USER_DATA_EXPORTED', 'UserExport', { readonly complete: boolean; readonly userId: string }>;

/** Schema version 2. */
export type UserDeleted = RecordedEvent<'USER_DELETED', 'User', { readonly previousData: UserSnapshot; readonly userId: string }>;

/** Schema version 1. */
export type UserEmailVerified = RecordedEvent<'USER_EMAIL_VERIFIED', 'User', { readonly user: UserSnapshot; readonly userId: string }>;

/** Schema version 1. */
export type UserLocked = RecordedEvent<'USER_LOCKED', 'User', { readonly scope: "ADDRESS" | "ACCOUNT"; readonly until: string; readonly userId: string }>;

/** Schema version 1. */
export type UserLoggedIn = RecordedEvent<'USER_LOGGED_IN', 'User', { readonly session: SessionSnapshot; readonly userId: string }>;

/** Schema version 1. */
export type UserLoggedOut = RecordedEvent<'USER_LOGGED_OUT', 'User', { readonly reason: "LOGOUT" | "REVOKED" | "REFRESH_TOKEN_REUSED" | "PASSWORD_CHANGED" | "DEACTIVATED"; readonly sessionIds: ReadonlyArray<string>; readonly userId: string }>;

/** Schema version 1. */
export type UserLoginFailed = RecordedEvent<'USER_LOGIN_FAILED', 'User', { readonly reason: "WRONG_PASSWORD" | "ACCOUNT_INACTIVE" | "NO_PASSWORD"; readonly userId: string }>;

/** Schema version 1. */
export type UserOnboardingCancelled = RecordedEvent<'USER_ONBOARDING_CANCELLED', 'User', { readonly onboarding: OnboardingSnapshot }>;

/** Schema version 1. */
export type UserOnboardingCompleted = RecordedEvent<'USER_ONBOARDING_COMPLETED', 'User', { readonly onboarding: OnboardingSnapshot; readonly step: string }>;

/** Schema version 1. */
export type UserOnboardingStarted = RecordedEvent<'USER_ONBOARDING_STARTED', 'User', { readonly onboarding: OnboardingSnapshot; readonly step: string }>;

/** Schema version 1. */
export type UserOnboardingStepCompleted = RecordedEvent<'USER_ONBOARDING_STEP_COMPLETED', 'User', { readonly onboarding: OnboardingSnapshot; readonly step: string }>;

/** Schema version 1. */
export type UserPasswordChanged = RecordedEvent<'USER_PASSWORD_CHANGED', 'User', { readonly userId: string }>;

/** Schema version 2. */
export type UserRegistrationCompleted = RecordedEvent<'USER_REGISTRATION_COMPLETED', 'User', { readonly registrationSource: "self" | "admin" | "import"; readonly user: UserSnapshot }>;

/** Schema version 1. */
export type UserRegistrationFailed = RecordedEvent<'USER_REGISTRATION_FAILED', 'User', { readonly compensatedSteps: ReadonlyArray<string>; readonly error: string; readonly user: UserSnapshot }>;

/** Schema version 1. */
export type UserRegistrationRepeated = RecordedEvent<'USER_REGISTRATION_REPEATED', 'User', { readonly isFirstToday: boolean; readonly userId: string }>;

/** Schema version 1. */
export type UserSettingsCreated = RecordedEvent<'USER_SETTINGS_CREATED', 'UserSettings', { readonly settings: UserSettingsSnapshot }>;

/** Schema version 1. */
export type UserSettingsDeleted = RecordedEvent<'USER_SETTINGS_DELETED', 'UserSettings', { readonly previousData: UserSettingsSnapshot; readonly settingsId: string }>;

/** Schema version 1. */
export type UserSettingsUpdated = RecordedEvent<'USER_SETTINGS_UPDATED', 'UserSettings', { readonly previousData: UserSettingsSnapshot; readonly settings: UserSettingsSnapshot }>;

/** Schema version 2. */
export type UserUpdated = RecordedEvent<'USER_UPDATED', 'User', { readonly previousData: UserSnapshot; readonly user: UserSnapshot }>;

/** Schema version 2. */
export type WelcomeEmailSent = RecordedEvent<'WELCOME_EMAIL_SENT', 'User', { readonly user: UserSnapshot }>;

/** Every event this version of the package knows. */
export type KnownEvent =
  | BulkCreateFailed
  | BulkDeleteFailed
  | BulkUpdateFailed
  | ConnectionEnded
  | CreateFailed
  | DeadLettersRetried
  | DeadLetterDiscarded
  | DeleteFailed
  | HandlerPaused
  | HandlerResumed
  | OrderCancelled
  | OrderCreated
  | OrderUpdated
  | PaymentFailed
  | PaymentProcessed
  | PaymentStarted
  | PermissionGranted
  | PermissionRevoked
  | ProjectionRebuildRequested
  | ProjectionRebuilt
  | ReplayCancelled
  | ReplayFinished
  | ReplayRequested
  | RoleCreated
  | RoleDeleted
  | RoleUpdated
  | SagaRetried
  | SendWelcomeEmail
  | SystemMaintenanceCompleted
  | SystemMaintenanceStarted
  | UpdateFailed
  | UsersBulkActivated
  | UsersBulkDeactivated
  | UsersImportCompleted
  | UserCreated
  | UserDataErased
  | UserDataExported
  | UserDeleted
  | UserEmailVerified
  | UserLocked
  | UserLoggedIn
  | UserLoggedOut
  | UserLoginFailed
  | UserOnboardingCancelled
  | UserOnboardingCompleted
  | UserOnboardingStarted
  | UserOnboardingStepCompleted
  | UserPasswordChanged
  | UserRegistrationCompleted
  | UserRegistrationFailed
  | UserRegistrationRepeated
  | UserSettingsCreated
  | UserSettingsDeleted
  | UserSettingsUpdated
  | UserUpdated
  | WelcomeEmailSent;

export const KNOWN_EVENT_TYPES: ReadonlySet<string> = new Set<KnownEvent['type']>([
  'BULK_CREATE_FAILED',
  'BULK_DELETE_FAILED',
  'BULK_UPDATE_FAILED',
  'CONNECTION_ENDED',
  'CREATE_FAILED',
  'DEAD_LETTERS_RETRIED',
  'DEAD_LETTER_DISCARDED',
  'DELETE_FAILED',
  'HANDLER_PAUSED',
  'HANDLER_RESUMED',
  'ORDER_CANCELLED',
  'ORDER_CREATED',
  'ORDER_UPDATED',
  'PAYMENT_FAILED',
  'PAYMENT_PROCESSED',
  'PAYMENT_STARTED',
  'PERMISSION_GRANTED',
  'PERMISSION_REVOKED',
  'PROJECTION_REBUILD_REQUESTED',
  'PROJECTION_REBUILT',
  'REPLAY_CANCELLED',
  'REPLAY_FINISHED',
  'REPLAY_REQUESTED',
  'ROLE_CREATED',
  'ROLE_DELETED',
  'ROLE_UPDATED',
  'SAGA_RETRIED',
  'SEND_WELCOME_EMAIL',
  'SYSTEM_MAINTENANCE_COMPLETED',
  'SYSTEM_MAINTENANCE_STARTED',
  'UPDATE_FAILED',
  'USERS_BULK_ACTIVATED',
  'USERS_BULK_DEACTIVATED',
  'USERS_IMPORT_COMPLETED',
  'USER_CREATED',
  'USER_DATA_ERASED',
  'USER_DATA_EXPORTED',
  'USER_DELETED',
  'USER_EMAIL_VERIFIED',
  'USER_LOCKED',
  'USER_LOGGED_IN',
  'USER_LOGGED_OUT',
  'USER_LOGIN_FAILED',
  'USER_ONBOARDING_CANCELLED',
  'USER_ONBOARDING_COMPLETED',
  'USER_ONBOARDING_STARTED',
  'USER_ONBOARDING_STEP_COMPLETED',
  'USER_PASSWORD_CHANGED',
  'USER_REGISTRATION_COMPLETED',
  'USER_REGISTRATION_FAILED',
  'USER_REGISTRATION_REPEATED',
  'USER_SETTINGS_CREATED',
  'USER_SETTINGS_DELETED',
  'USER_SETTINGS_UPDATED',
  'USER_UPDATED',
  'WELCOME_EMAIL_SENT',
]);
