import type { EventDataOf } from '../../event-store/define-event.ts';
import type { UsersImportCompleted } from '../users/user-import.events.ts';
import { formatTime } from './format-time.ts';
import { facts, greeting, type MailBrand, type MailContent, paragraph } from './mail-content.ts';

type ImportOutcome = Pick<EventDataOf<typeof UsersImportCompleted>, 'totals' | 'failures'>;

export interface FinishedImport extends ImportOutcome {
  readonly firstName: string;
  /** RFC 3339. */
  readonly finishedAt: string;
}

const MAX_FAILURES = 10;

export function importFinishedMail({ totals, failures, ...rest }: FinishedImport, brand: MailBrand): MailContent {
  const { requested, imported, failed } = totals;
  const shown = failures.slice(0, MAX_FAILURES);
  return {
    kind: 'import-finished',
    subject: failed === 0 ? 'Your import is complete' : `Your import is complete: ${failed} of ${requested} failed`,
    preview: `${imported} of ${requested} people were imported.`,
    heading: 'Your import is complete',
    blocks: [
      greeting(rest.firstName),
      paragraph(`${imported} of ${requested} people were imported.`),
      facts({ Finished: formatTime(rest.finishedAt), Imported: String(imported), Failed: String(failed) }),
      ...(shown.length === 0
        ? []
        : [
            paragraph(
              failures.length > shown.length
                ? `The first ${shown.length} that failed:`
                : 'These could not be imported:',
            ),
            facts(Object.fromEntries(shown.map((failure) => [`Person ${failure.index + 1}`, reasonsOf(failure)]))),
          ]),
    ],
    footer: `You get this mail because you started an import at ${brand.publicUrl}.`,
  };
}

function reasonsOf({ errors }: FinishedImport['failures'][number]): string {
  return errors.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join(' ');
}
