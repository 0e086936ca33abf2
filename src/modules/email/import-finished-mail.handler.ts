// On USERS_IMPORT_COMPLETED: reports to who started the import.

import type { Handler } from '../../event-bus/define-handler.ts';
import { UsersImportCompleted } from '../users/user-import.events.ts';
import type { EmailServices } from './email-services.ts';
import { importFinishedMail } from './import-finished.mail.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';

export function importFinishedMailHandler({ mailer, findAddressee, wantsMail }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'import-finished-mail',
    events: [UsersImportCompleted],
    async compose({ data, timestamp, metadata: { userId } }) {
      const importer = userId === null ? null : await findAddressee(userId);
      if (userId === null || !importer || !(await wantsMail(userId))) return null;
      const finished = { ...data, firstName: importer.firstName, finishedAt: timestamp };
      return { to: addressOf(importer), content: importFinishedMail(finished, mailer.brand) };
    },
  });
}
