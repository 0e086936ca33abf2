import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { UserDataExported } from './export.events.ts';
import { type ExportPage, readExportPage } from './export-page.ts';
import { requireMayExport } from './privacy.policy.ts';

type Exported = { readonly userId: string; readonly part: ExportPage };

const ExportUserDataPayload = mutationPayload<Exported>('ExportUserDataPayload');
ExportUserDataPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    userId: t.id({ resolve: ({ result }) => result.userId }),
    data: t.field({
      type: 'JSON',
      description: 'Lists of records by what they are: account, sessions, orders, events and so on.',
      resolve: ({ result }) => result.part.data,
    }),
    next: t.string({
      nullable: true,
      description:
        'Ask for the next part with it, as `after`; null with the last one. Lists go on where they were cut.',
      resolve: ({ result }) => result.part.next,
    }),
  }),
});

const ExportUserDataResult = mutationResult('ExportUserDataResult', ExportUserDataPayload, [
  NotFoundError,
  ValidationError,
]);

const exportUserData = defineCommand({
  name: 'exportUserData',
  aggregateType: 'UserExport',
  kind: 'CREATE',
  authScopes: { authenticated: true },
  duringMaintenance: true,
  input: z.strictObject({ id: idInput(), after: z.string().nullable() }),
  shown: ['id'],
  authorize({ viewer, input: { id } }) {
    requireMayExport(viewer, id);
  },
  async run({ em, services, input: { id, after } }): Promise<Exported> {
    const sql = sqlOf(em);
    const known = await sql(
      'select 1 from app_user where id = $1 union all select 1 from key_store.subject_key where subject_id = $1',
      [id],
    );
    if (known.length === 0) throw new NotFoundError('The user');
    const part = await readExportPage(sql, services.privacy, id, after);
    await recordEvent(em, UserDataExported, id, { userId: id, complete: part.next === null });
    return { userId: id, part };
  },
});

builder.mutationField('exportUserData', (t) =>
  t.field({
    type: ExportUserDataResult.type,
    description:
      "All that is kept about a person, readable, in parts of 500 records: one's own, or anybody's with `users:export`. Audited.",
    authScopes: exportUserData.authScopes,
    args: { id: t.arg.id({ required: true }), after: t.arg.string({ description: '`next` of the part before.' }) },
    resolve: (_root, { id, after }, context) =>
      ExportUserDataResult.answer(() => exportUserData.execute(context, { id, after: after ?? null })),
  }),
);
