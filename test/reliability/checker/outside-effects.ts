import { deletedAggregates } from './aggregates.ts';
import type { History } from './history.ts';
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
  const addressed = writes.flatMap((write) => {
    const event = answersOf(write)[0]?.find(({ type }) => type === 'USER_CREATED' || type === 'USER_UPDATED');
    const { email } = write.sets;
    return email === undefined || event === undefined ? [] : [{ person: event.aggregateId, type: event.type, email }];
  });
  const addressesOf = Map.groupBy(addressed, ({ person }) => person);
  return addressed.flatMap(({ person, type, email }) => {
    if (deleted.has(`User ${person}`)) return [];
    if (type === 'USER_UPDATED') {
      return arrived.has(`address-added ${email}`)
        ? []
        : [`No mail said to ${email} that it is the address of ${person}.`];
    }
    // The account may have had another address by the time it was welcomed.
    const isWelcome = addressesOf.get(person)?.some((one) => arrived.has(`welcome ${one.email}`));
    return isWelcome ? [] : [`No welcome mail came to ${email}, of ${person}.`];
  });
}
