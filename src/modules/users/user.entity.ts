import { defineEntity, p } from '@mikro-orm/core';
import { v7 } from 'uuid';
import { AggregateRoot, record } from '../../event-store/aggregate-root.ts';
import {
  type LockScope,
  type LoginFailure,
  type LogoutReason,
  type SessionSnapshot,
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserRegistrationRepeated,
} from '../auth/session.events.ts';
import {
  type OnboardingSnapshot,
  SendWelcomeEmail,
  UserOnboardingCancelled,
  UserOnboardingCompleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserRegistrationFailed,
  WelcomeEmailSent,
} from '../onboarding/onboarding.events.ts';
import { UserDataErased } from '../privacy/erasure.events.ts';
import {
  type RegistrationSource,
  UserCreated,
  UserDeleted,
  UserEmailVerified,
  UserPasswordChanged,
  UserRegistrationCompleted,
  type UserSnapshot,
  UserUpdated,
} from './user.events.ts';

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'app_user',
  extends: AggregateRoot,
  properties: {
    email: p.text(),
    username: p.text(),
    firstName: p.text(),
    lastName: p.text(),
    /** PHC string of argon2id; null until the person has set a password. Loaded only on request. */
    passwordHash: p.text().strictNullable().lazy(),
    isActive: p.boolean(),
    /** When the owner of the present address proved to be. */
    emailVerifiedAt: p.datetime().strictNullable(),
    roleId: p.uuid(),
  },
});

export interface NewUser {
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly passwordHash: string | null;
  readonly roleId: string;
}

export interface UserChange {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly roleId?: string | undefined;
  readonly isActive?: boolean | undefined;
}

export class User extends UserSchema.class {
  static register(input: NewUser, source: RegistrationSource, now: Date): User {
    const user = new User();
    user.id = v7();
    user.email = input.email;
    user.username = input.username;
    user.firstName = input.firstName;
    user.lastName = input.lastName;
    user.passwordHash = input.passwordHash;
    user.isActive = true;
    user.emailVerifiedAt = null;
    user.roleId = input.roleId;
    user.createdAt = now;
    user.updatedAt = now;
    record(user, UserCreated, () => ({ user: user.snapshot() }));
    record(user, UserRegistrationCompleted, () => ({ user: user.snapshot(), registrationSource: source }));
    return user;
  }

  /** A user that is stored no more, or not yet: for showing only, never to be persisted. */
  static fromSnapshot({ emailVerified, ...snapshot }: UserSnapshot): User {
    return Object.assign(new User(), {
      ...snapshot,
      emailVerifiedAt: emailVerified ? new Date(snapshot.updatedAt) : null,
      createdAt: new Date(snapshot.createdAt),
      updatedAt: new Date(snapshot.updatedAt),
    });
  }

  /** Records nothing when nothing differs. */
  change(input: UserChange, now: Date): void {
    const previousData = this.snapshot();
    if (input.email && input.email.toLowerCase() !== this.email.toLowerCase()) this.emailVerifiedAt = null;
    this.email = input.email ?? this.email;
    this.username = input.username ?? this.username;
    this.firstName = input.firstName ?? this.firstName;
    this.lastName = input.lastName ?? this.lastName;
    this.roleId = input.roleId ?? this.roleId;
    this.isActive = input.isActive ?? this.isActive;
    const current = this.snapshot();
    const keys = Object.keys(current) as (keyof UserSnapshot)[];
    if (keys.every((key) => current[key] === previousData[key])) return;
    this.updatedAt = now;
    record(this, UserUpdated, () => ({ user: this.snapshot(), previousData }));
  }

  /** Records nothing when the address is verified already. */
  verifyEmail(now: Date): void {
    if (this.emailVerifiedAt) return;
    this.emailVerifiedAt = now;
    this.updatedAt = now;
    record(this, UserEmailVerified, () => ({ userId: this.id, user: this.snapshot() }));
  }

  setPassword(passwordHash: string, now: Date): void {
    this.passwordHash = passwordHash;
    this.updatedAt = now;
    record(this, UserPasswordChanged, () => ({ userId: this.id }));
  }

  signedIn(session: SessionSnapshot): void {
    record(this, UserLoggedIn, () => ({ userId: this.id, session }));
  }

  signedOut(sessionIds: readonly string[], reason: LogoutReason): void {
    record(this, UserLoggedOut, () => ({ userId: this.id, sessionIds: [...sessionIds], reason }));
  }

  signInFailed(reason: LoginFailure): void {
    record(this, UserLoginFailed, () => ({ userId: this.id, reason }));
  }

  /** Told to the account's owner; the limiter is what holds the door, and opens it at `until` by itself. */
  locked(scope: LockScope, until: Date): void {
    record(this, UserLocked, () => ({ userId: this.id, scope, until: until.toISOString() }));
  }

  registeredAgain(isFirstToday: boolean): void {
    record(this, UserRegistrationRepeated, () => ({ userId: this.id, isFirstToday }));
  }

  welcomeMailRequested(): void {
    record(this, SendWelcomeEmail, () => ({ user: this.snapshot() }));
  }

  welcomeMailSent(): void {
    record(this, WelcomeEmailSent, () => ({ user: this.snapshot() }));
  }

  onboardingStarted(step: string, onboarding: OnboardingSnapshot): void {
    record(this, UserOnboardingStarted, () => ({ step, onboarding }));
  }

  onboardingStepCompleted(step: string, onboarding: OnboardingSnapshot): void {
    record(this, UserOnboardingStepCompleted, () => ({ step, onboarding }));
    if (onboarding.completedAt !== null) record(this, UserOnboardingCompleted, () => ({ step, onboarding }));
  }

  onboardingCancelled(onboarding: OnboardingSnapshot): void {
    record(this, UserOnboardingCancelled, () => ({ onboarding }));
  }

  registrationFailed(error: string, compensatedSteps: readonly string[]): void {
    record(this, UserRegistrationFailed, () => ({
      user: this.snapshot(),
      error,
      compensatedSteps: [...compensatedSteps],
    }));
  }

  /** Leaves what orders and the log name it by: an id. */
  erase(reason: string, now: Date): void {
    const previousData = this.snapshot();
    this.email = erasedAddressOf(this.id);
    this.username = `erased-${this.id}`;
    this.firstName = 'Erased';
    this.lastName = 'User';
    this.passwordHash = null;
    this.emailVerifiedAt = null;
    this.isActive = false;
    this.updatedAt = now;
    record(this, UserUpdated, () => ({ user: this.snapshot(), previousData }));
    record(this, UserDataErased, () => ({ userId: this.id, reason }));
  }

  /** The caller removes the entity in the same flush. */
  delete(): void {
    const previousData = this.snapshot();
    record(this, UserDeleted, () => ({ userId: this.id, previousData }));
  }

  /** What events and clients may know: everything but the password. */
  snapshot(): UserSnapshot {
    return {
      id: this.id,
      email: this.email,
      username: this.username,
      firstName: this.firstName,
      lastName: this.lastName,
      isActive: this.isActive,
      emailVerified: this.emailVerifiedAt !== null,
      roleId: this.roleId,
      version: this.version,
      createdAt: this.createdAt.toISOString(),
      updatedAt: this.updatedAt.toISOString(),
    };
  }
}
UserSchema.setClass(User);

/** Where no mail goes. */
export function erasedAddressOf(userId: string): string {
  return `erased-${userId}@erased.invalid`;
}
