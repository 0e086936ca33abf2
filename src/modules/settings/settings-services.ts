import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { UserSettings } from './settings.entity.ts';

/**
 * What the registration, deletion and erasure of accounts, and mails, need of settings. Whatever changes is recorded in
 * the caller's transaction, under a lock on the user's stream: two callers at once find each other's work.
 */
export interface SettingsServices {
  /** Records USER_SETTINGS_CREATED; nothing when there are settings already, or the account is gone. */
  createDefaults(em: SqlEntityManager, userId: string, now: Date): Promise<void>;
  /** Undoes `createDefaults`: records USER_SETTINGS_DELETED; nothing when the owner has chosen something since. */
  takeDefaultsBack(em: SqlEntityManager, userId: string): Promise<void>;
  /** Records USER_SETTINGS_DELETED; nothing when there are none. Goes before the account does. */
  remove(em: SqlEntityManager, userId: string): Promise<void>;
  /** Whether somebody wants mails that are no matter of security; who has not said so does. */
  wantsMail(em: SqlEntityManager, userId: string): Promise<boolean>;
}

export function createSettingsServices(users: ModuleServices['users']): SettingsServices {
  async function remove(em: SqlEntityManager, userId: string, isToGo: (found: UserSettings) => boolean): Promise<void> {
    await users.loadLocked(em, userId);
    const settings = await em.findOne(UserSettings, { userId }, { refresh: true });
    if (!settings || !isToGo(settings)) return;
    settings.delete();
    em.remove(settings);
    await em.flush();
  }
  return {
    async createDefaults(em, userId, now) {
      if (!(await users.loadLocked(em, userId))) return;
      if (await em.findOne(UserSettings, { userId }, { refresh: true })) return;
      em.persist(UserSettings.defaultsOf(userId, now));
      await em.flush();
    },

    takeDefaultsBack: (em, userId) => remove(em, userId, (settings) => settings.version === 1),
    remove: (em, userId) => remove(em, userId, () => true),

    async wantsMail(em, userId) {
      const rows = await sqlOf(em)<{ wanted: boolean }>(
        'select email_notifications as wanted from user_settings where user_id = $1',
        [userId],
      );
      return rows[0]?.wanted ?? true;
    },
  };
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly settings: SettingsServices;
  }
}
