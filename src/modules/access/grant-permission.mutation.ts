import { InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
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

builder.mutationFields((t) => ({
  grantPermission: t.field({
    type: GrantPermissionResult.type,
    description: 'Takes effect at once for everybody who holds the role.',
    authScopes: { permission: 'roles:write' },
    args: { roleId: t.arg.id({ required: true }), permission: t.arg.string({ required: true }) },
    resolve: (_root, args, context) =>
      GrantPermissionResult.answer(() =>
        changePermission(context, requireUuid(args.roleId, 'roleId'), args.permission, true),
      ),
  }),
  revokePermission: t.field({
    type: RevokePermissionResult.type,
    description: 'Takes effect at once, on open subscriptions too.',
    authScopes: { permission: 'roles:write' },
    args: { roleId: t.arg.id({ required: true }), permission: t.arg.string({ required: true }) },
    resolve: (_root, args, context) =>
      RevokePermissionResult.answer(() =>
        changePermission(context, requireUuid(args.roleId, 'roleId'), args.permission, false),
      ),
  }),
}));

/** Granting what is held, or revoking what is not, changes and records nothing. */
function changePermission(
  { core, services, viewer, origin }: Context,
  id: string,
  permission: string,
  granted: boolean,
) {
  requireMayGrant(viewer, [permission], services.roles.permissions);
  return core.commands.execute<Changed>({
    name: granted ? 'grantPermission' : 'revokePermission',
    viewer,
    origin,
    run: async ({ em, now }) => {
      const role = await loadRole(em, id);
      if (granted) role.grant(permission, now);
      else {
        requireMayShrink(role);
        role.revoke(permission, now);
      }
      return { roleId: id };
    },
  });
}
