import { z } from 'zod';
import { InvalidStateError } from '../../errors.ts';
import { fact } from '../../event-store/event-sourced-repository.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { type MaintenanceSnapshot, SYSTEM_ID, SystemMaintenanceCompleted } from './maintenance.events.ts';
import { closeWindow } from './maintenance.ts';
import { MaintenanceType } from './maintenance.type.ts';
import { systems } from './system.aggregate.ts';

const CompleteMaintenancePayload = mutationPayload<{ maintenance: MaintenanceSnapshot }>('CompleteMaintenancePayload');
CompleteMaintenancePayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    maintenance: t.field({ type: MaintenanceType, resolve: ({ result }) => result.maintenance }),
  }),
});

const CompleteMaintenanceResult = mutationResult('CompleteMaintenanceResult', CompleteMaintenancePayload, [
  InvalidStateError,
]);

const complete = defineCommand({
  name: 'completeMaintenance',
  aggregateType: 'System',
  kind: 'UPDATE',
  authScopes: { permission: 'maintenance:manage' },
  input: z.strictObject({}),
  shown: [],
  async run({ em, now }) {
    const system = await systems.load(em, SYSTEM_ID);
    const details = closeWindow(system.state, now);
    await systems.append(em, system, [fact(SystemMaintenanceCompleted, { details })]);
    return { maintenance: details };
  },
});

builder.mutationField('completeMaintenance', (t) =>
  t.field({
    type: CompleteMaintenanceResult.type,
    authScopes: complete.authScopes,
    resolve: (_root, _args, context) => CompleteMaintenanceResult.answer(() => complete.execute(context, {})),
  }),
);
