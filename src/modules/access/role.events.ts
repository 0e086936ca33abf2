import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

const roleSnapshot = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    builtIn: z.boolean(),
    version: z.int32(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'RoleSnapshot' });
export type RoleSnapshot = z.output<typeof roleSnapshot>;

export const RoleCreated = defineEvent({
  type: 'ROLE_CREATED',
  aggregateType: 'Role',
  data: z.object({ role: roleSnapshot }),
});

export const RoleUpdated = defineEvent({
  type: 'ROLE_UPDATED',
  aggregateType: 'Role',
  data: z.object({ role: roleSnapshot, previousData: roleSnapshot }),
});

export const RoleDeleted = defineEvent({
  type: 'ROLE_DELETED',
  aggregateType: 'Role',
  data: z.object({ roleId: z.uuid(), previousData: roleSnapshot }),
});

export const PermissionGranted = defineEvent({
  type: 'PERMISSION_GRANTED',
  aggregateType: 'Role',
  data: z.object({ role: roleSnapshot, permission: z.string() }),
});

export const PermissionRevoked = defineEvent({
  type: 'PERMISSION_REVOKED',
  aggregateType: 'Role',
  data: z.object({ role: roleSnapshot, permission: z.string() }),
});
