import { z } from 'zod';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import { fact } from '../../event-store/event-sourced-repository.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { safeText } from '../../graphql/input-text.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { type MaintenanceSnapshot, SYSTEM_ID, SystemMaintenanceStarted } from './maintenance.events.ts';
import { openWindow } from './maintenance.ts';
import { MaintenanceType } from './maintenance.type.ts';
import { systems } from './system.aggregate.ts';

const StartMaintenanceInput = builder.inputType('StartMaintenanceInput', {
  fields: (t) => ({
    reason: t.string({ required: true, description: 'Shown to everybody.' }),
    expectedEnd: t.field({ type: 'DateTime' }),
  }),
});

const StartMaintenancePayload = mutationPayload<{ maintenance: MaintenanceSnapshot }>('StartMaintenancePayload');
StartMaintenancePayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    maintenance: t.field({ type: MaintenanceType, resolve: ({ result }) => result.maintenance }),
  }),
});

const StartMaintenanceResult = mutationResult('StartMaintenanceResult', StartMaintenancePayload, [
  ValidationError,
  InvalidStateError,
]);

const start = defineCommand({
  name: 'startMaintenance',
  aggregateType: 'System',
  kind: 'UPDATE',
  authScopes: { permission: 'maintenance:manage' },
  input: z.strictObject({ reason: safeText('The reason', 500), expectedEnd: z.date().nullish() }),
  shown: ['expectedEnd'],
  async run({ em, now, input: { reason, expectedEnd } }) {
    const system = await systems.load(em, SYSTEM_ID);
    const details = openWindow(system.state, { reason, expectedEnd: expectedEnd ?? null }, now);
    await systems.append(em, system, [fact(SystemMaintenanceStarted, { details })]);
    return { maintenance: details };
  },
});

builder.mutationField('startMaintenance', (t) =>
  t.field({
    type: StartMaintenanceResult.type,
    description:
      'From now on changes are refused with MAINTENANCE, but for signing in and out, and those of holders of maintenance:manage.',
    authScopes: start.authScopes,
    args: { input: t.arg({ type: StartMaintenanceInput, required: true }) },
    resolve: (_root, { input }, context) => StartMaintenanceResult.answer(() => start.execute(context, input)),
  }),
);
