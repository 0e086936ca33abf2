import { z } from 'zod';
import { RequestError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { UserSettings } from './settings.entity.ts';
import { THEMES } from './settings.events.ts';
import { ThemeType, UserSettingsType } from './settings.type.ts';

const UpdateSettingsInput = builder.inputType('UpdateSettingsInput', {
  description: 'What is left out, or null, stays as it is.',
  fields: (t) => ({
    theme: t.field({ type: ThemeType }),
    language: t.string(),
    emailNotifications: t.boolean(),
    smsNotifications: t.boolean(),
    marketingEmails: t.boolean(),
  }),
});

const UpdateSettingsPayload = mutationPayload<{ userId: string }>('UpdateSettingsPayload');
UpdateSettingsPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ settings: t.field({ type: UserSettingsType, resolve: (outcome) => outcome.result.userId }) }),
});

const UpdateSettingsResult = mutationResult('UpdateSettingsResult', UpdateSettingsPayload, [ValidationError]);

const languageInput = z.string().regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/, {
  message: 'A language is written as in BCP 47: en, pt-BR, zh-Hant.',
});
const flagInput = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? undefined);

const updateSettings = defineCommand({
  name: 'updateSettings',
  aggregateType: 'UserSettings',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: z.strictObject({
    theme: z
      .enum(THEMES)
      .nullish()
      .transform((theme) => theme ?? undefined),
    language: languageInput.nullish().transform((language) => language ?? undefined),
    emailNotifications: flagInput,
    smsNotifications: flagInput,
    marketingEmails: flagInput,
  }),
  shown: [],
  async run({ em, now, viewer: { userId }, services, input }) {
    await services.settings.createDefaults(em, userId, now);
    const settings = await em.findOne(UserSettings, { userId });
    if (!settings) throw new RequestError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
    settings.change(input, now);
    return { userId };
  },
});

builder.mutationField('updateSettings', (t) =>
  t.field({
    type: UpdateSettingsResult.type,
    authScopes: updateSettings.authScopes,
    args: { input: t.arg({ type: UpdateSettingsInput, required: true }) },
    resolve: (_root, { input }, context) => UpdateSettingsResult.answer(() => updateSettings.execute(context, input)),
  }),
);
