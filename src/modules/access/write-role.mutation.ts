import { z } from 'zod';
import { ConcurrencyError, ConflictError, InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { Role } from './role.entity.ts';
import type { RoleSnapshot } from './role.events.ts';
import { requireHoldsAll, requireMayGrant, requireNotBuiltIn } from './role.policy.ts';
import { loadRole, saveRoles } from './role.repository.ts';
import { RoleType } from './role.type.ts';
import { newRoleInput, roleChangeInput } from './role-input.ts';

const CreateRoleInput = builder.inputType('CreateRoleInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    description: t.string(),
    permissions: t.stringList({ description: 'Only those you hold yourself.' }),
  }),
});

const UpdateRoleInput = builder.inputType('UpdateRoleInput', {
  fields: (t) => ({ name: t.string(), description: t.string() }),
});

const rolePayload = (name: string) =>
  mutationPayload<{ roleId: string }>(name).implement({
    interfaces: [MutationPayload],
    guardedByParent: true,
    fields: (t) => ({
      role: t.field({
        type: RoleType,
        grantScopes: ['roleOfVisibleUser'],
        resolve: (outcome) => outcome.result.roleId,
      }),
    }),
  });

const DeleteRolePayload = mutationPayload<{ role: RoleSnapshot }>('DeleteRolePayload').implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    roleId: t.id({ resolve: (outcome) => outcome.result.role.id }),
    role: t.field({
      type: RoleType,
      description: 'As it was before.',
      grantScopes: ['roleOfVisibleUser'],
      resolve: (outcome) => Role.fromSnapshot(outcome.result.role),
    }),
  }),
});

const CreateRoleResult = mutationResult('CreateRoleResult', rolePayload('CreateRolePayload'), [
  ValidationError,
  ConflictError,
]);
const UpdateRoleResult = mutationResult('UpdateRoleResult', rolePayload('UpdateRolePayload'), [
  ValidationError,
  ConflictError,
  ConcurrencyError,
  NotFoundError,
  InvalidStateError,
]);
const DeleteRoleResult = mutationResult('DeleteRoleResult', DeleteRolePayload, [
  NotFoundError,
  ConflictError,
  InvalidStateError,
]);

const createRole = defineCommand({
  name: 'createRole',
  aggregateType: 'Role',
  kind: 'CREATE',
  authScopes: { permission: 'roles:write' },
  input: newRoleInput,
  shown: ['name', 'permissions'],
  authorize: ({ viewer, services, input }) => requireMayGrant(viewer, input.permissions, services.roles.permissions),
  async run({ em, now, input }) {
    const role = Role.create({ ...input, permissions: [...new Set(input.permissions)], builtIn: false }, now);
    em.persist(role);
    await saveRoles(em);
    return { roleId: role.id };
  },
});

const updateRole = defineCommand({
  name: 'updateRole',
  aggregateType: 'Role',
  kind: 'UPDATE',
  authScopes: { permission: 'roles:write' },
  input: roleChangeInput.extend({ id: idInput() }),
  shown: ['id', 'name'],
  async run({ em, now, expectedVersion, input: { id, ...change } }) {
    const role = await loadRole(em, id, expectedVersion);
    if (change.name !== undefined && change.name !== role.name) requireNotBuiltIn(role);
    role.change(change, now);
    await saveRoles(em);
    return { roleId: id };
  },
});

const deleteRole = defineCommand({
  name: 'deleteRole',
  aggregateType: 'Role',
  kind: 'DELETE',
  authScopes: { permission: 'roles:write' },
  input: z.strictObject({ id: idInput() }),
  shown: ['id'],
  async run({ em, viewer, input: { id } }) {
    const role = await loadRole(em, id);
    requireNotBuiltIn(role);
    requireHoldsAll(viewer, role.permissions);
    const snapshot = role.snapshot();
    role.delete();
    em.remove(role);
    await saveRoles(em);
    return { role: snapshot };
  },
});

builder.mutationFields((t) => ({
  createRole: t.field({
    type: CreateRoleResult.type,
    authScopes: createRole.authScopes,
    args: { input: t.arg({ type: CreateRoleInput, required: true }) },
    resolve: (_root, { input }, context) => CreateRoleResult.answer(() => createRole.execute(context, input)),
  }),
  updateRole: t.field({
    type: UpdateRoleResult.type,
    authScopes: updateRole.authScopes,
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateRoleInput, required: true }),
      expectedVersion: t.arg.int(),
    },
    resolve: (_root, { id, input, ...keys }, context) =>
      UpdateRoleResult.answer(() => updateRole.execute(context, { id, ...input }, keys)),
  }),
  deleteRole: t.field({
    type: DeleteRoleResult.type,
    description: 'Refused while anybody holds it.',
    authScopes: deleteRole.authScopes,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => DeleteRoleResult.answer(() => deleteRole.execute(context, args)),
  }),
}));
