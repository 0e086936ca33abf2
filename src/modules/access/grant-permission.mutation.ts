import { z } from 'zod';
import { InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireMayGrant, requireMayShrink } from './role.policy.ts';
import { loadRole } from './role.repository.ts';
import { RoleType } from './role.type.ts';

type Changed = { readonly roleId: string };

const payloadOf = (name: string) =>
  mutationPayload<Changed>(name).implement({
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

const ERRORS = [NotFoundError, ValidationError, InvalidStateError];
const GrantPermissionResult = mutationResult('GrantPermissionResult', payloadOf('GrantPermissionPayload'), ERRORS);
const RevokePermissionResult = mutationResult('RevokePermissionResult', payloadOf('RevokePermissionPayload'), ERRORS);

/** Granting what is held, or revoking what is not, changes and records nothing. */
const changePermission = (name: string, granted: boolean) =>
  defineCommand({
    name,
    aggregateType: 'Role',
    kind: 'UPDATE',
    authScopes: { permission: 'roles:write' },
    input: z.strictObject({ roleId: idInput('roleId'), permission: z.string() }),
    shown: ['roleId', 'permission'],
    authorize: ({ viewer, services, input }) => requireMayGrant(viewer, [input.permission], services.roles.permissions),
    async run({ em, now, input: { roleId, permission } }): Promise<Changed> {
      const role = await loadRole(em, roleId);
      if (granted) role.grant(permission, now);
      else {
        requireMayShrink(role);
        role.revoke(permission, now);
      }
      return { roleId };
    },
  });
const grantPermission = changePermission('grantPermission', true);
const revokePermission = changePermission('revokePermission', false);

builder.mutationFields((t) => ({
  grantPermission: t.field({
    type: GrantPermissionResult.type,
    description: 'Takes effect at once for everybody who holds the role.',
    authScopes: grantPermission.authScopes,
    args: { roleId: t.arg.id({ required: true }), permission: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => GrantPermissionResult.answer(() => grantPermission.execute(context, args)),
  }),
  revokePermission: t.field({
    type: RevokePermissionResult.type,
    description: 'Takes effect at once, on open subscriptions too.',
    authScopes: revokePermission.authScopes,
    args: { roleId: t.arg.id({ required: true }), permission: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => RevokePermissionResult.answer(() => revokePermission.execute(context, args)),
  }),
}));
