import type { EventOf } from '../../event-bus/define-handler.ts';
import type { EventDefinition } from '../../event-store/define-event.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import {
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserRegistrationRepeated,
} from '../auth/session.events.ts';
import { SystemMaintenanceCompleted, SystemMaintenanceStarted } from '../maintenance/maintenance.events.ts';
import {
  UserOnboardingCancelled,
  UserOnboardingCompleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserRegistrationFailed,
} from '../onboarding/onboarding.events.ts';
import { type Money, OrderCancelled, OrderCreated, OrderUpdated } from '../orders/order.events.ts';
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
  type UserSnapshot,
  UserUpdated,
} from '../users/user.events.ts';

export type NoticeLevel = 'success' | 'info' | 'warning' | 'error';

/** Who hears of an event besides the person it concerns and whoever acted. */
export type Audience = 'nobody else' | 'administrators' | 'everybody';

/** What people are told about an event. */
export interface Notice {
  readonly level: NoticeLevel;
  readonly audience: Audience;
  readonly title: string;
  readonly message: string;
}

export interface NoticeRule {
  readonly definition: EventDefinition;
  noticeOf(event: StoredEvent): Notice;
}

function notice<Definition extends EventDefinition>(
  definition: Definition,
  level: NoticeLevel,
  title: string,
  message: (event: EventOf<Definition>) => string,
  audience: Audience = 'nobody else',
): NoticeRule {
  return {
    definition,
    // The rule is looked up by the event's type, and the log upcasts data to the definition.
    noticeOf: (event) => ({ level, audience, title, message: message(event as unknown as EventOf<Definition>) }),
  };
}

/** Every event people are told about. Read by several persons, so it speaks of nobody as "you", and holds no secret. */
export const NOTICES: readonly NoticeRule[] = [
  notice(
    UserCreated,
    'success',
    'Account created',
    ({ data }) => `The account of ${nameOf(data.user)} was created.`,
    'administrators',
  ),
  notice(UserUpdated, 'info', 'Account changed', ({ data }) => describeChange(data.previousData, data.user)),
  notice(
    UserDeleted,
    'warning',
    'Account deleted',
    ({ data }) => `The account of ${nameOf(data.previousData)} was deleted.`,
    'administrators',
  ),
  notice(
    UserRegistrationFailed,
    'error',
    'Registration incomplete',
    ({ data }) =>
      `The account of ${nameOf(data.user)} was created, but its settings, onboarding and welcome mail could not all be made.`,
    'administrators',
  ),
  notice(
    UserPasswordChanged,
    'warning',
    'Password changed',
    () => 'The password was changed and all other sessions were ended.',
  ),
  notice(UserLocked, 'warning', 'Sign-in closed for a while', ({ data }) =>
    data.scope === 'ADDRESS'
      ? 'Somebody tried too many wrong passwords from one address, which may not try again for a while.'
      : 'Somebody tried too many wrong passwords. For a while only devices that have signed in before may sign in.',
  ),
  notice(
    UsersBulkActivated,
    'success',
    'Accounts activated',
    ({ data }) => `${data.count === 1 ? 'One account was' : `${data.count} accounts were`} activated.`,
  ),
  notice(
    UsersBulkDeactivated,
    'warning',
    'Accounts deactivated',
    ({ data }) => `${data.count === 1 ? 'One account was' : `${data.count} accounts were`} deactivated.`,
  ),
  notice(
    UsersImportCompleted,
    'success',
    'Import finished',
    ({ data }) =>
      `${data.totals.imported} of ${data.totals.requested} accounts were imported, ${data.totals.failed} failed.`,
  ),
  notice(
    OrderCreated,
    'success',
    'Order received',
    ({ data }) => `Order ${data.order.orderNumber} over ${priceOf(data.order.total)} was received.`,
  ),
  notice(
    OrderUpdated,
    'info',
    'Order changed',
    ({ data }) =>
      `Order ${data.order.orderNumber} was changed: ${data.order.status.toLowerCase()}, ${priceOf(data.order.total)}.`,
  ),
  notice(
    OrderCancelled,
    'warning',
    'Order cancelled',
    ({ data }) => `Order ${data.order.orderNumber} was cancelled: ${data.reason}`,
  ),
  notice(
    PaymentProcessed,
    'success',
    'Payment received',
    ({ data }) => `The payment of ${priceOf(data.payment.amount)} for order ${data.payment.orderNumber} was received.`,
  ),
  notice(
    PaymentFailed,
    'error',
    'Payment failed',
    ({ data }) =>
      `The payment of ${priceOf(data.payment.amount)} for order ${data.payment.orderNumber} failed: ${data.reason}`,
  ),
  notice(
    SystemMaintenanceStarted,
    'warning',
    'Maintenance started',
    ({ data }) => `Changes are not possible for now: ${data.details.reason}`,
    'everybody',
  ),
  notice(
    SystemMaintenanceCompleted,
    'success',
    'Maintenance finished',
    () => 'Changes are possible again.',
    'everybody',
  ),
];

/** Events of the same families that nobody is told about: news to nobody, or told by another event already. */
export const SILENT_EVENTS: readonly EventDefinition[] = [
  // Its outcome is news, and mostly there in the same second.
  PaymentStarted,
  // Always follows USER_CREATED.
  UserRegistrationCompleted,
  // Sessions are listed where one can end them. An inbox that others fill by guessing passwords would be no inbox.
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  // A mail says so, once a day.
  UserRegistrationRepeated,
  // Who does this sees what it does.
  UserEmailVerified,
  UserSettingsCreated,
  UserSettingsUpdated,
  UserSettingsDeleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserOnboardingCompleted,
  UserOnboardingCancelled,
  // Whoever asks for it gets it, and the audit log says so.
  UserDataExported,
  // Nobody is left to tell, and nothing may be told.
  UserDataErased,
];

const RULES_BY_TYPE: ReadonlyMap<string, NoticeRule> = new Map(NOTICES.map((rule) => [rule.definition.type, rule]));

/** Whether people are told about events of this type. */
export function isNews(eventType: string): boolean {
  return RULES_BY_TYPE.has(eventType);
}

/** @throws Error for an event nobody is told about. */
export function noticeOf(event: StoredEvent): Notice {
  const rule = RULES_BY_TYPE.get(event.type);
  if (!rule) throw new Error(`${event.type} has no notice.`);
  return rule.noticeOf(event);
}

const FIELD_NAMES: Partial<Record<keyof UserSnapshot, string>> = {
  email: 'e-mail address',
  username: 'user name',
  firstName: 'first name',
  lastName: 'last name',
  roleId: 'role',
};

function describeChange(before: UserSnapshot, after: UserSnapshot): string {
  const changed = Object.keys(FIELD_NAMES).filter(
    (field) => before[field as keyof UserSnapshot] !== after[field as keyof UserSnapshot],
  );
  const names = changed.map((field) => FIELD_NAMES[field as keyof UserSnapshot]).join(', ');
  const sentences = [
    before.isActive === after.isActive ? '' : `was ${after.isActive ? 'activated' : 'deactivated'}`,
    names && `was changed: ${names}`,
  ].filter(Boolean);
  return `The account of ${nameOf(after)} ${sentences.join(' and ') || 'was changed'}.`;
}

function nameOf(user: UserSnapshot): string {
  return `${user.firstName} ${user.lastName}`;
}

/** 1050 EUR → "€10.50", 1050 JPY → "¥1,050". */
export function priceOf({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
