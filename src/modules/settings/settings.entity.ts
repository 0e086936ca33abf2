import { defineEntity, p } from '@mikro-orm/core';
import { v7 } from 'uuid';
import { AggregateRoot, record } from '../../event-store/aggregate-root.ts';
import {
  type SettingsSnapshot,
  THEMES,
  type Theme,
  UserSettingsCreated,
  UserSettingsDeleted,
  UserSettingsUpdated,
} from './settings.events.ts';

const UserSettingsSchema = defineEntity({
  name: 'UserSettings',
  tableName: 'user_settings',
  extends: AggregateRoot,
  properties: {
    userId: p.uuid(),
    theme: p.enum(THEMES),
    language: p.text(),
    emailNotifications: p.boolean(),
    smsNotifications: p.boolean(),
    marketingEmails: p.boolean(),
  },
});

export interface SettingsChange {
  readonly theme?: Theme | undefined;
  readonly language?: string | undefined;
  readonly emailNotifications?: boolean | undefined;
  readonly smsNotifications?: boolean | undefined;
  readonly marketingEmails?: boolean | undefined;
}

/** What somebody has chosen about how the program treats them; everybody has one of these at most. */
export class UserSettings extends UserSettingsSchema.class {
  static defaultsOf(userId: string, now: Date): UserSettings {
    const settings = new UserSettings();
    settings.id = v7();
    settings.userId = userId;
    settings.theme = 'light';
    settings.language = 'en';
    settings.emailNotifications = true;
    settings.smsNotifications = false;
    settings.marketingEmails = false;
    settings.createdAt = now;
    settings.updatedAt = now;
    record(settings, UserSettingsCreated, () => ({ settings: settings.snapshot() }));
    return settings;
  }

  /** Records nothing when nothing differs. */
  change(input: SettingsChange, now: Date): void {
    const previousData = this.snapshot();
    const next = {
      theme: input.theme ?? this.theme,
      language: input.language ?? this.language,
      emailNotifications: input.emailNotifications ?? this.emailNotifications,
      smsNotifications: input.smsNotifications ?? this.smsNotifications,
      marketingEmails: input.marketingEmails ?? this.marketingEmails,
    };
    const names = Object.keys(next) as (keyof typeof next)[];
    if (names.every((name) => next[name] === this[name])) return;
    Object.assign(this, next, { updatedAt: now });
    record(this, UserSettingsUpdated, () => ({ settings: this.snapshot(), previousData }));
  }

  /** The caller removes the entity in the same flush. */
  delete(): void {
    const previousData = this.snapshot();
    record(this, UserSettingsDeleted, () => ({ settingsId: this.id, previousData }));
  }

  snapshot(): SettingsSnapshot {
    return {
      id: this.id,
      userId: this.userId,
      theme: this.theme,
      language: this.language,
      emailNotifications: this.emailNotifications,
      smsNotifications: this.smsNotifications,
      marketingEmails: this.marketingEmails,
      version: this.version,
      createdAt: this.createdAt.toISOString(),
      updatedAt: this.updatedAt.toISOString(),
    };
  }
}
UserSettingsSchema.setClass(UserSettings);
