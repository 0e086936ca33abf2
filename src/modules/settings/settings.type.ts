import type { SqlEntityManager } from '@mikro-orm/sql';
import { builder } from '../../graphql/builder.ts';
import { NodeInterface, registerNodeLoader } from '../../graphql/node.type.ts';
import type { Context } from '../../graphql/context.ts';
import { readByIds } from '../../graphql/read-by-ids.ts';
import { UserType } from '../users/user.type.ts';
import { UserSettings } from './settings.entity.ts';
import type { Theme } from './settings.events.ts';
import { maySeeSettings } from './settings.policy.ts';

export const ThemeType = builder.enumType('Theme', {
  values: {
    LIGHT: { value: 'light' },
    DARK: { value: 'dark' },
    SYSTEM: { value: 'system' },
  } as const satisfies Record<Uppercase<Theme>, { value: Theme }>,
});

const findSettings = (em: SqlEntityManager, userIds: readonly string[]): Promise<UserSettings[]> =>
  em.find(UserSettings, { userId: { $in: [...userIds] } });

/** By the id of the user, so that a list of users takes one statement for all their settings. */
export const UserSettingsType = builder.loadableObjectRef<UserSettings, string>('UserSettings', {
  load: async (userIds: string[], context: Context) => {
    const byUser = await readByIds(context, userIds, findSettings, (settings) => settings.userId);
    return userIds.map((userId) => byUser.get(userId) ?? null) as UserSettings[];
  },
});

UserSettingsType.implement({
  interfaces: [NodeInterface],
  isTypeOf: (value) => value instanceof UserSettings,
  authScopes: (settings, context) => maySeeSettings(context.viewer, settings.userId),
  fields: (t) => ({
    theme: t.expose('theme', { type: ThemeType }),
    language: t.exposeString('language', { description: 'As in BCP 47: `en`, `pt-BR`.' }),
    emailNotifications: t.exposeBoolean('emailNotifications', {
      description: 'Without it only mails about the security of the account are sent.',
    }),
    smsNotifications: t.exposeBoolean('smsNotifications'),
    marketingEmails: t.exposeBoolean('marketingEmails'),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

builder.objectField(UserType, 'settings', (t) =>
  t.field({
    type: UserSettingsType,
    nullable: true,
    description: 'Null until the registration has made them.',
    resolve: (user) => user.id,
  }),
);

registerNodeLoader((id, { em }) => em.findOne(UserSettings, { id }));
