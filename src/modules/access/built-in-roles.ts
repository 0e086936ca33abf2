import { randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { CommandBus } from '../../event-bus/command-bus.ts';
import { Role } from './role.entity.ts';
import { ADMIN_ROLE, MANAGER_ROLE, USER_ROLE } from './role.policy.ts';

const MANAGER_PERMISSIONS: ReadonlySet<string> = new Set([
  'users:read',
  'users:write',
  'roles:read',
  'orders:read',
  'orders:write',
  'payments:read',
  'statistics:read',
]);

/**
 * Makes the built-in roles where they are missing and gives `admin` every permission the program knows, each as an
 * event. Runs at every start, so that a new permission reaches the administrators; nodes may do it at the same time.
 */
export async function ensureBuiltInRoles(commands: CommandBus, permissions: readonly string[]): Promise<void> {
  try {
    await ensure(commands, permissions);
  } catch (error) {
    // Another node made a role first; what is there now is completed.
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    await ensure(commands, permissions);
  }
}

async function ensure(commands: CommandBus, permissions: readonly string[]): Promise<void> {
  const wanted = [
    { name: ADMIN_ROLE, description: 'May do everything.', permissions },
    {
      name: MANAGER_ROLE,
      description: 'Runs the business: people and orders.',
      permissions: permissions.filter((permission) => MANAGER_PERMISSIONS.has(permission)),
    },
    { name: USER_ROLE, description: 'Sees and changes what is their own.', permissions: [] },
  ];
  await commands.execute({
    name: 'ensureBuiltInRoles',
    aggregateType: 'Role',
    kind: 'BULK_CREATE',
    shown: {},
    viewer: null,
    origin: { correlationId: randomUUID(), ipAddress: null, userAgent: null },
    run: async ({ em, now }) => {
      const present = await em.find(Role, { name: { $in: wanted.map((role) => role.name) } });
      for (const role of wanted) {
        const found = present.find((candidate) => candidate.name === role.name);
        if (!found) em.persist(Role.create({ ...role, builtIn: true }, now));
        else if (role.name === ADMIN_ROLE) for (const permission of permissions) found.grant(permission, now);
      }
      return {};
    },
  });
}
