import { ConcurrencyError, ConflictError, InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { parseInput } from '../../graphql/parse-input.ts';
import { Role } from './role.entity.ts';
import type { RoleSnapshot } from './role.events.ts';
import { requireMayGrant, requireNotBuiltIn } from './role.policy.ts';
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

builder.mutationFields((t) => ({
  createRole: t.field({
    type: CreateRoleResult.type,
    authScopes: { permission: 'roles:write' },
    args: { input: t.arg({ type: CreateRoleInput, required: true }) },
    resolve: (_root, { input }, { core, services, viewer, origin }) =>
      CreateRoleResult.answer(async () => {
        const { name, description, permissions } = input;
        const wanted = parseInput(newRoleInput, {
          name,
          description: description ?? '',
          permissions: permissions ?? [],
        });
        requireMayGrant(viewer, wanted.permissions, services.roles.permissions);
        return core.commands.execute({
          name: 'createRole',
          viewer,
          origin,
          run: async ({ em, now }) => {
            const role = Role.create({ ...wanted, permissions: [...new Set(wanted.permissions)], builtIn: false }, now);
            em.persist(role);
            await saveRoles(em);
            return { roleId: role.id };
          },
        });
      }),
  }),
  updateRole: t.field({
    type: UpdateRoleResult.type,
    authScopes: { permission: 'roles:write' },
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateRoleInput, required: true }),
      expectedVersion: t.arg.int(),
    },
    resolve: (_root, args, { core, viewer, origin }) =>
      UpdateRoleResult.answer(async () => {
        const id = requireUuid(args.id);
        const change = parseInput(roleChangeInput, {
          name: args.input.name ?? undefined,
          description: args.input.description ?? undefined,
        });
        return core.commands.execute({
          name: 'updateRole',
          viewer,
          origin,
          retryOnConflict: args.expectedVersion == null,
          run: async ({ em, now }) => {
            const role = await loadRole(em, id, args.expectedVersion);
            if (change.name !== undefined && change.name !== role.name) requireNotBuiltIn(role);
            role.change(change, now);
            await saveRoles(em);
            return { roleId: id };
          },
        });
      }),
  }),
  deleteRole: t.field({
    type: DeleteRoleResult.type,
    description: 'Refused while anybody holds it.',
    authScopes: { permission: 'roles:write' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, { core, viewer, origin }) =>
      DeleteRoleResult.answer(async () => {
        const id = requireUuid(args.id);
        return core.commands.execute({
          name: 'deleteRole',
          viewer,
          origin,
          run: async ({ em }) => {
            const role = await loadRole(em, id);
            requireNotBuiltIn(role);
            const snapshot = role.snapshot();
            role.delete();
            em.remove(role);
            await saveRoles(em);
            return { role: snapshot };
          },
        });
      }),
  }),
}));
