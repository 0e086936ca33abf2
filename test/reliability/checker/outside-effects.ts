import { deletedAggregates } from './aggregates.ts';
import type { AnsweredEvent, History, Mail } from './history.ts';
import { answersOf } from './write-outcome.ts';

/**
 * C10: every mail that an acknowledged write calls for has gone out, one kind of mail to one address (each is used once)
 * always under the same key, and no more of them twice than were under way when something was killed.
 */
export function mailFaults(history: History): string[] {
  const copies = Map.groupBy(history.mails, ({ to, subject }) => `"${subject}" to ${to}`);
  const twoKeys = [...copies]
    .filter(([, mails]) => new Set(mails.map(({ messageId }) => messageId)).size > 1)
    .map(([what, mails]) => `${what} came under the keys ${mails.map(({ messageId }) => messageId).join(' ')}.`);
  const repeated = history.mails.length - copies.size;
  // Another key makes another mail of it, and not a repeat.
  const isTooMany = twoKeys.length === 0 && repeated > history.repeatableMails;
  const tooMany = isTooMany ? [`${repeated} mails came again, at most ${history.repeatableMails} were under way.`] : [];
  return [...missingMails(history), ...twoKeys, ...tooMany];
}

function missingMails({ writes, log, mails }: History): string[] {
  const arrived = new Set(mails.map(({ kind, to }) => `${kind} ${to}`));
  const deleted = deletedAggregates(log);
  return writes.flatMap((write) => {
    const address = write.sets.email;
    const event = answersOf(write)[0]?.find(({ type }) => MAIL_FOR[type] !== undefined);
    if (address === undefined || event === undefined || deleted.has(`User ${event.aggregateId}`)) return [];
    const kind = kindFor(event);
    return arrived.has(`${kind} ${address}`) ? [] : [`No ${kind} mail came to ${address}, of ${event.id}.`];
  });
}

const MAIL_FOR: Readonly<Record<string, Mail['kind']>> = { USER_CREATED: 'welcome', USER_UPDATED: 'address-added' };

function kindFor({ type }: AnsweredEvent): Mail['kind'] {
  return MAIL_FOR[type] ?? 'other';
}
