import { z } from 'zod';
import { ConflictError, ConcurrencyError, IdempotencyConflictError, ValidationError } from '../../errors.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { FieldErrorType } from '../../graphql/error.type.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { CreateUserInput } from './create-user.mutation.ts';
import { USER_ROLE } from './default-role.ts';
import { checkRows, type FailedRow, IMPORT_POLICIES, rejectFailed, takenNames } from './import-rows.ts';
import { User } from './user.entity.ts';
import { IMPORT_OPERATION, UsersImportCompleted } from './user-import.events.ts';
import { requireHoldsAll } from './user.policy.ts';
import { findTakenNames, saveUsers } from './user.repository.ts';
import { findRoles } from './user-role.repository.ts';
import { UserType } from './user.type.ts';

const MAX_ROWS = 1_000;
const COUNT_MESSAGE = `An import has 1 to ${MAX_ROWS} users.`;

const ImportErrorPolicy = builder.enumType('ImportErrorPolicy', {
  values: {
    IGNORE_FAILED: { description: 'Imports the others.' },
    REJECT_EVERYTHING: { description: 'Imports nobody, and answers with a ValidationError.' },
  } as const,
});

const ImportUsersInput = builder.inputType('ImportUsersInput', {
  fields: (t) => ({
    users: t.field({ type: [CreateUserInput], required: true, description: '1 to 1000.' }),
    onError: t.field({ type: ImportErrorPolicy, description: 'Default: REJECT_EVERYTHING.' }),
  }),
});

type Imported = { readonly userIds: readonly string[]; readonly failed: readonly FailedRow[] };
/** With the address of each row that failed: known to who asked, and not kept with the answer. */
type Answered = Imported & { readonly addresses: ReadonlyMap<number, string> };

const ImportFailure = builder.objectRef<FailedRow & { readonly email: string | null }>('ImportFailure').implement({
  guardedByParent: true,
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Place in the input, from 0.' }),
    email: t.exposeString('email', { nullable: true }),
    errors: t.field({
      type: [FieldErrorType],
      description: 'Their paths begin at the fields of the user.',
      resolve: (row) => [...row.errors],
    }),
  }),
});

const ImportUsersPayload = mutationPayload<Answered>('ImportUsersPayload');
ImportUsersPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    successful: t.field({
      type: [UserType],
      grantScopes: ['ownAccount'],
      resolve: (outcome) => [...outcome.result.userIds],
    }),
    failed: t.field({
      type: [ImportFailure],
      resolve: ({ result: { failed, addresses } }) =>
        failed.map((row) => ({ ...row, email: addresses.get(row.index) ?? null })),
    }),
  }),
});

const ImportUsersResult = mutationResult('ImportUsersResult', ImportUsersPayload, [
  ValidationError,
  IdempotencyConflictError,
]);

const importUsers = defineCommand({
  name: 'importUsers',
  aggregateType: 'User',
  kind: 'BULK_CREATE',
  authScopes: { permission: 'users:write' },
  input: z.strictObject({
    users: z
      .array(
        z.strictObject({
          email: z.string(),
          username: z.string(),
          firstName: z.string(),
          lastName: z.string(),
          password: secretInput.nullish(),
          roleId: idInput('roleId').nullish(),
        }),
      )
      .min(1, COUNT_MESSAGE)
      .max(MAX_ROWS, COUNT_MESSAGE),
    onError: z
      .enum(IMPORT_POLICIES)
      .nullish()
      .transform((policy) => policy ?? 'REJECT_EVERYTHING'),
  }),
  shown: ['onError'],

  async prepare({ em, viewer, services: { auth }, signal, input: { users, onError } }) {
    const rows = users.map(({ password, roleId, ...fields }) => ({
      ...fields,
      password: password?.reveal() ?? null,
      roleId: roleId ?? null,
    }));
    const roles = await findRoles(em, { ids: rows.flatMap(({ roleId }) => roleId ?? []), name: USER_ROLE });
    for (const { permissions } of roles.values()) requireHoldsAll(viewer, permissions);
    const { good, failed } = checkRows(rows, {
      passwordProblem: (password, person) => auth.passwordProblem(password, person),
      isRole: (roleId) => roles.has(roleId),
      ...(await findTakenNames(em, rows)),
    });
    // Nobody will be imported; to say so is part of the command, so that its failure is recorded.
    if (onError === 'REJECT_EVERYTHING' && failed.length > 0) return { hashed: [], failed };
    const defaultRole = [...roles].find(([, { name }]) => name === USER_ROLE)?.[0];
    // Only what may be imported is hashed, and others go first.
    const hashed = await Promise.all(
      good.map(async ({ password, roleId, ...row }) => ({
        ...row,
        roleId: roleId ?? defaultRole ?? '',
        passwordHash: password === null ? null : await auth.passwords.hashInBackground(password, signal),
      })),
    );
    return { hashed, failed };
  },

  async run({ em, now, prepared, input: { users, onError } }): Promise<Imported> {
    rejectFailed(onError, prepared.failed);
    const taken = await findTakenNames(
      em,
      prepared.hashed.map(({ person }) => person),
    );
    const late = prepared.hashed
      .map(({ index, person }) => ({ index, errors: takenNames(person, taken) }))
      .filter(({ errors }) => errors.length > 0);
    rejectFailed(onError, late);
    const lost = new Set(late.map(({ index }) => index));
    const imported = prepared.hashed
      .filter(({ index }) => !lost.has(index))
      .map(({ person, passwordHash, roleId }) => User.register({ ...person, passwordHash, roleId }, 'import', now));
    em.persist(imported);
    try {
      await saveUsers(em);
    } catch (error) {
      // Somebody took a name between the look-up and here: again, on what there is now.
      throw error instanceof ConflictError ? new ConcurrencyError(0, 1, { cause: error }) : error;
    }
    const userIds = imported.map(({ id }) => id);
    const failed = [...prepared.failed, ...late].sort((a, b) => a.index - b.index);
    await recordEvent(em, UsersImportCompleted, IMPORT_OPERATION, {
      totals: { requested: users.length, imported: userIds.length, failed: failed.length },
      importedUsers: userIds,
      failures: failed.map(({ index, errors }) => ({
        index,
        errors: errors.map(({ path, message }) => ({ path: [...path], message })),
      })),
    });
    return { userIds, failed };
  },
});

builder.mutationField('importUsers', (t) =>
  t.field({
    type: ImportUsersResult.type,
    description: '1 to 1000 users in one transaction. Who has no password gets a mail with a link to set one.',
    authScopes: importUsers.authScopes,
    args: { input: t.arg({ type: ImportUsersInput, required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { input, ...keys }, context) =>
      ImportUsersResult.answer(async () => {
        const outcome = await importUsers.execute(context, input, keys);
        const addresses = new Map(input.users.map(({ email }, index) => [index, email]));
        return { ...outcome, result: { ...outcome.result, addresses } };
      }),
  }),
);
