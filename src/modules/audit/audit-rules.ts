import { commandFailedEvents } from '../../event-bus/command-failed.events.ts';
import { ProjectionRebuilt } from '../../event-bus/projection.events.ts';
import { ReplayFinished } from '../../event-bus/replay.events.ts';
import type { EventOf } from '../../event-bus/define-handler.ts';
import type { EventDefinition } from '../../event-store/define-event.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import { PermissionGranted, PermissionRevoked, RoleCreated, RoleDeleted, RoleUpdated } from '../access/role.events.ts';
import {
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserRegistrationRepeated,
} from '../auth/session.events.ts';
import { SystemMaintenanceCompleted, SystemMaintenanceStarted } from '../maintenance/maintenance.events.ts';
import {
  ConnectionEnded,
  DeadLetterDiscarded,
  DeadLettersRetried,
  HandlerPaused,
  HandlerResumed,
  ProjectionRebuildRequested,
  ReplayCancelled,
  ReplayRequested,
  SagaRetried,
} from '../operations/operations.events.ts';
import {
  UserOnboardingCancelled,
  UserOnboardingCompleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserRegistrationFailed,
} from '../onboarding/onboarding.events.ts';
import { OrderCancelled, OrderCreated, OrderUpdated } from '../orders/order.events.ts';
import { PaymentFailed, PaymentProcessed, PaymentStarted } from '../payments/payment.events.ts';
import { UserDataErased } from '../privacy/erasure.events.ts';
import { UserDataExported } from '../privacy/export.events.ts';
import { UserSettingsCreated, UserSettingsDeleted, UserSettingsUpdated } from '../settings/settings.events.ts';
import { UsersBulkActivated, UsersBulkDeactivated } from '../users/user-bulk.events.ts';
import { UsersImportCompleted } from '../users/user-import.events.ts';
import {
  UserCreated,
  UserDeleted,
  UserEmailVerified,
  UserPasswordChanged,
  UserRegistrationCompleted,
  UserUpdated,
} from '../users/user.events.ts';
import { canonicalJson } from './canonical-json.ts';

export const AUDIT_ACTIONS = [
  'CANCEL',
  'COMPLETE',
  'CREATE',
  'DELETE',
  'DISCARD',
  'ERASE',
  'EXPORT',
  'FAIL',
  'GRANT',
  'IMPORT',
  'LOCK',
  'LOGIN',
  'LOGOUT',
  'PAUSE',
  'PROCESS',
  'REBUILD',
  'RESUME',
  'REPLAY',
  'RETRY',
  'REVOKE',
  'START',
  'UPDATE',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

type Details = Readonly<Record<string, unknown>>;

/** What the audit log says of an event. */
export interface AuditFacts {
  readonly action: AuditAction;
  /** The type of the aggregate, and its id. */
  readonly resource: string;
  readonly resourceId: string;
  /** Who acted; null when nobody was signed in. */
  readonly userId: string | null;
  /** Whose erasure takes the details away. */
  readonly subjectId: string | null;
  readonly details: Details;
}

export interface AuditRule {
  readonly definition: EventDefinition;
  factsOf(event: StoredEvent): AuditFacts;
}

function audit<Definition extends EventDefinition>(
  definition: Definition,
  action: AuditAction,
  details: (event: EventOf<Definition>) => Details,
  differing: (event: EventOf<Definition>) => Partial<Pick<AuditFacts, 'userId' | 'subjectId'>> = () => ({}),
): AuditRule {
  return {
    definition,
    factsOf(stored) {
      // The rule is looked up by the event's type, and the log upcasts data to the definition.
      const event = stored as unknown as EventOf<Definition>;
      return {
        action,
        resource: stored.aggregateType,
        resourceId: stored.aggregateId,
        userId: stored.metadata.userId,
        subjectId: stored.subjectId,
        details: details(event),
        ...differing(event),
      };
    },
  };
}

/** Nobody was signed in when the command began, yet it proved who acts. */
const signedIn = (event: EventOf<typeof UserLoggedIn>): { readonly userId: string } => ({ userId: event.aggregateId });

const NOT_NEWS: ReadonlySet<string> = new Set(['version', 'updatedAt']);

/** The fields that differ, each with its value before and after. */
export function changesBetween(before: Details, after: Details): Details {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !NOT_NEWS.has(name));
  return Object.fromEntries(
    names
      .map((name) => ({ name, from: before[name] ?? null, to: after[name] ?? null }))
      .filter(({ from, to }) => canonicalJson(from) !== canonicalJson(to))
      .map(({ name, from, to }) => [name, { from, to }]),
  );
}

/** Every event that is audited. One that belongs to the audited families and is missing here fails the tests. */
export const AUDIT_RULES: readonly AuditRule[] = [
  audit(UserCreated, 'CREATE', ({ data }) => ({ user: data.user })),
  audit(UserRegistrationCompleted, 'COMPLETE', ({ data }) => ({ registrationSource: data.registrationSource })),
  audit(UserUpdated, 'UPDATE', ({ data }) => ({ changes: changesBetween(data.previousData, data.user) })),
  audit(UserDeleted, 'DELETE', ({ data }) => ({ user: data.previousData })),
  audit(UserEmailVerified, 'UPDATE', () => ({ changed: ['emailVerified'] })),
  audit(UserSettingsCreated, 'CREATE', ({ data }) => ({ settings: data.settings })),
  audit(UserSettingsUpdated, 'UPDATE', ({ data }) => ({ changes: changesBetween(data.previousData, data.settings) })),
  audit(UserSettingsDeleted, 'DELETE', ({ data }) => ({ settings: data.previousData })),
  audit(UserOnboardingStarted, 'START', ({ data }) => ({ step: data.step })),
  audit(UserOnboardingStepCompleted, 'COMPLETE', ({ data }) => ({ step: data.step })),
  audit(UserOnboardingCompleted, 'COMPLETE', ({ data }) => ({ step: data.step })),
  audit(UserOnboardingCancelled, 'CANCEL', ({ data }) => ({ step: data.onboarding.currentStep })),
  audit(UserRegistrationFailed, 'FAIL', ({ data }) => ({
    error: data.error,
    compensatedSteps: data.compensatedSteps,
  })),
  audit(UserPasswordChanged, 'UPDATE', () => ({ changed: ['password'] })),
  audit(UsersBulkActivated, 'UPDATE', ({ data }) => ({ ...data })),
  audit(UsersBulkDeactivated, 'UPDATE', ({ data }) => ({ ...data })),
  audit(UsersImportCompleted, 'IMPORT', ({ data }) => ({ ...data })),
  audit(UserLoggedIn, 'LOGIN', ({ data }) => ({ session: data.session }), signedIn),
  audit(UserLoggedOut, 'LOGOUT', ({ data }) => ({ sessionIds: data.sessionIds, reason: data.reason })),
  audit(UserLoginFailed, 'FAIL', ({ data }) => ({ reason: data.reason })),
  audit(UserLocked, 'LOCK', ({ data }) => ({ scope: data.scope, until: data.until })),
  audit(UserRegistrationRepeated, 'FAIL', () => ({ reason: 'ADDRESS_TAKEN' })),
  // Evidence of the erasure itself: it must outlive what it erases.
  audit(
    UserDataErased,
    'ERASE',
    ({ data }) => ({ reason: data.reason }),
    () => ({ subjectId: null }),
  ),
  audit(UserDataExported, 'EXPORT', ({ data }) => ({ complete: data.complete })),
  audit(RoleCreated, 'CREATE', ({ data }) => ({ role: data.role })),
  audit(RoleUpdated, 'UPDATE', ({ data }) => ({ changes: changesBetween(data.previousData, data.role) })),
  audit(RoleDeleted, 'DELETE', ({ data }) => ({ role: data.previousData })),
  audit(PermissionGranted, 'GRANT', ({ data }) => ({ role: data.role.name, permission: data.permission })),
  audit(PermissionRevoked, 'REVOKE', ({ data }) => ({ role: data.role.name, permission: data.permission })),
  audit(OrderCreated, 'CREATE', ({ data }) => ({ order: data.order })),
  audit(OrderUpdated, 'UPDATE', ({ data }) => ({ changes: changesBetween(data.previousData, data.order) })),
  audit(OrderCancelled, 'CANCEL', ({ data }) => ({ orderNumber: data.order.orderNumber, reason: data.reason })),
  audit(PaymentStarted, 'START', ({ data }) => ({ payment: data.payment })),
  audit(PaymentProcessed, 'PROCESS', ({ data }) => ({ payment: data.payment })),
  audit(PaymentFailed, 'FAIL', ({ data }) => ({ payment: data.payment, reason: data.reason })),
  audit(SystemMaintenanceStarted, 'START', ({ data }) => ({ ...data.details })),
  audit(SystemMaintenanceCompleted, 'COMPLETE', ({ data }) => ({ ...data.details })),
  audit(HandlerPaused, 'PAUSE', ({ data }) => ({ reason: data.reason })),
  audit(HandlerResumed, 'RESUME', ({ data }) => ({ reason: data.reason })),
  audit(DeadLettersRetried, 'RETRY', ({ data }) => ({ eventIds: data.eventIds, reason: data.reason })),
  audit(ProjectionRebuildRequested, 'REBUILD', ({ data }) => ({ rebuildId: data.rebuildId, reason: data.reason })),
  audit(SagaRetried, 'RETRY', ({ data }) => ({ ...data })),
  audit(ReplayRequested, 'REPLAY', ({ data }) => ({ ...data })),
  audit(ReplayFinished, 'COMPLETE', ({ data }) => ({ ...data })),
  audit(ReplayCancelled, 'CANCEL', ({ data }) => ({ processed: data.processed })),
  audit(ProjectionRebuilt, 'COMPLETE', ({ data }) => ({ ...data })),
  ...commandFailedEvents.map((definition) =>
    audit(definition, 'FAIL', ({ data }) => ({ command: data.command, error: data.error })),
  ),
  audit(ConnectionEnded, 'REVOKE', ({ data }) => ({ personId: data.personId, reason: data.reason })),
  audit(DeadLetterDiscarded, 'DISCARD', ({ data }) => ({ eventId: data.eventId, reason: data.reason })),
];

const RULES_BY_TYPE: ReadonlyMap<string, AuditRule> = new Map(AUDIT_RULES.map((rule) => [rule.definition.type, rule]));

/** @throws Error for an event that is not audited. */
export function auditFactsOf(event: StoredEvent): AuditFacts {
  const rule = RULES_BY_TYPE.get(event.type);
  if (!rule) throw new Error(`${event.type} has no audit rule.`);
  return rule.factsOf(event);
}
