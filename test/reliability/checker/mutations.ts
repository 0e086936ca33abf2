import { entityIn, isOf, lastOf, loseLast, personIn, subscriberIn, swapPlaces, writeOf } from './change-history.ts';
import type { OracleName } from './check-history.ts';
import { ADA, append, BOB, type DraftHistory, EVE, mail, uuid } from './made-up-history.ts';

/** One thing that a faulty program could have done, with everything else as it would be then. */
export const MUTATIONS: readonly (readonly [
  what: string,
  oracle: OracleName,
  mutate: (history: DraftHistory) => void,
])[] = [
  ['the last event of a person is lost with all that followed from it', 'C1', (history) => loseLast(history, ADA)],
  [
    'a row shows an older value than was acknowledged',
    'C1',
    (history) => void (personIn(history, ADA).lastName = 'Second'),
  ],
  [
    'a write that has left events was refused',
    'C2',
    (history) => {
      writeOf(history, 'bulk').attempts = [{ outcome: 'refused', code: 'CONFLICT' }];
    },
  ],
  ['a row is a version behind its events', 'C3', (history) => void (entityIn(history, BOB).version -= 1)],
  [
    'a row is gone',
    'C3',
    (history) => {
      history.entities = history.entities.filter(({ aggregateId }) => aggregateId !== BOB);
    },
  ],
  [
    'a deleted row is there again',
    'C3',
    (history) => {
      history.entities.push({ aggregateType: 'User', aggregateId: EVE, version: 2 });
    },
  ],
  [
    'a version is left out',
    'C4',
    (history) => {
      lastOf(history, ADA).version += 1;
      entityIn(history, ADA).version += 1;
    },
  ],
  [
    'a version is there twice',
    'C4',
    (history) => {
      append(history, { ...lastOf(history, ADA), id: uuid(990), commandId: uuid(991), correlationId: uuid(992) });
    },
  ],
  [
    'one key was answered in two ways',
    'C5',
    (history) => {
      writeOf(history, 'update').attempts.push({ outcome: 'done', events: [] });
    },
  ],
  [
    'one key was acknowledged and then refused',
    'C5',
    (history) => {
      writeOf(history, 'update').attempts.push({ outcome: 'refused', code: 'NOT_FOUND' });
    },
  ],
  [
    'one key was run twice',
    'C5',
    (history) => {
      const last = lastOf(history, ADA);
      append(history, { ...last, id: uuid(990), version: last.version + 1, commandId: uuid(991) });
      entityIn(history, ADA).version += 1;
    },
  ],
  [
    'two events of one person stand in the wrong order',
    'C6',
    (history) => {
      const [one, other] = history.log.filter(
        ({ aggregateId, type }) => aggregateId === BOB && type === 'USER_UPDATED',
      );
      if (one && other) swapPlaces(history, one, other);
    },
  ],
  [
    'an event stands at two positions',
    'C6',
    (history) => {
      history.log.push({ ...lastOf(history, ADA), position: history.log.length + 1 });
    },
  ],
  [
    'a position is left out',
    'C6',
    (history) => {
      const last = history.log.at(-1);
      if (last?.position) last.position += 1;
      history.looks.pop();
    },
  ],
  [
    'an event has no position',
    'C6',
    (history) => {
      const last = history.log.at(-1);
      if (last) last.position = null;
      history.looks.pop();
      for (const { received } of history.subscribers) if (received.at(-1) === last?.id) received.pop();
    },
  ],
  [
    'a position was not there when a later one was',
    'C6',
    (history) => {
      for (const { placed } of history.looks.splice(2, 1)) history.looks[2]?.placed.push(...placed);
    },
  ],
  [
    'a reader once saw another event at a position',
    'C6',
    (history) => {
      history.looks[2]?.placed.push({ position: 1, eventId: uuid(999) });
    },
  ],
  [
    'an event was not handled',
    'C7',
    (history) => {
      history.effects.splice(history.effects.findLastIndex(isOf('audit-log')), 1);
    },
  ],
  [
    'an event was handled twice',
    'C7',
    (history) => {
      history.effects.push({ handler: 'audit-log', eventId: lastOf(history, ADA).id });
    },
  ],
  [
    'an event was handled and is a dead letter',
    'C7',
    (history) => {
      history.deadLetters.push({ handler: 'audit-log', eventId: lastOf(history, ADA).id });
    },
  ],
  [
    'an event was handled that is none',
    'C7',
    (history) => {
      history.effects.push({ handler: 'audit-log', eventId: uuid(999) });
    },
  ],
  [
    'two events of one person were handled in the wrong order',
    'C8',
    (history) => {
      const ids = history.log.filter(({ aggregateId }) => aggregateId === ADA).map(({ id }) => id);
      const ofAda = history.effects.filter(({ handler, eventId }) => handler === 'audit-log' && ids.includes(eventId));
      const [one, other] = ofAda.slice(-2);
      if (one && other) [one.eventId, other.eventId] = [other.eventId, one.eventId];
    },
  ],
  [
    'one person was counted twice',
    'C9',
    (history) => {
      for (const sum of history.sums) sum.counted += 1;
    },
  ],
  [
    'a welcome mail did not go out',
    'C10',
    (history) => {
      history.mails = history.mails.filter(({ to }) => to !== 'ada@example.com');
    },
  ],
  [
    'a mail to a new address did not go out',
    'C10',
    (history) => {
      history.mails = history.mails.filter(({ kind }) => kind !== 'address-added');
    },
  ],
  [
    'a mail came again under another key',
    'C10',
    (history) => {
      mail(history, 'welcome', 'ada@example.com');
      for (const last of history.mails.slice(-1)) last.messageId = '<another@example.com>';
    },
  ],
  [
    'more mails came again than were under way',
    'C10',
    (history) => {
      for (let copy = 0; copy < 2; copy++) mail(history, 'welcome', 'ada@example.com');
    },
  ],
  [
    'a checkpoint went back',
    'C11',
    (history) => {
      for (const progress of history.looks.at(-1)?.progress ?? []) progress.position = 1;
    },
  ],
  [
    'an epoch went back',
    'C11',
    (history) => {
      for (const progress of history.looks.at(-1)?.progress ?? []) progress.epoch = 1;
    },
  ],
  [
    'a subscriber received an event again',
    'C12',
    (history) => {
      const { received } = subscriberIn(history);
      received.splice(3, 0, received[2] ?? '');
    },
  ],
  ['a subscriber missed an event', 'C12', (history) => void subscriberIn(history).received.splice(3, 1)],
  ['a subscriber missed the last event', 'C12', (history) => void subscriberIn(history).received.pop()],
  [
    'a subscriber received two events in the wrong order',
    'C12',
    (history) => {
      const { received } = subscriberIn(history);
      received.splice(3, 2, received[4] ?? '', received[3] ?? '');
    },
  ],
  [
    'a subscriber received what it had not asked for',
    'C12',
    (history) => {
      for (const { types, received } of history.subscribers) if (types !== null) received.push(uuid(999));
    },
  ],
  [
    "a subscriber's cursor was no good any more",
    'C12',
    (history) => void subscriberIn(history).refusals.push('CURSOR_IN_FUTURE'),
  ],
  ['a process took long to be ready', 'C14', (history) => void (history.healing.readyAfterMs = 11_000)],
  ['a backlog took long to be worked off', 'C14', (history) => void (history.healing.quietAfterMs = 16_000)],
  [
    'a process ended by itself',
    'C15',
    (history) => {
      for (const record of history.processes) record.endWasExpected = false;
    },
  ],
  [
    'a process printed of a promise that nobody caught',
    'C15',
    (history) => {
      history.processes[0]?.alarms.push('unhandledRejection');
    },
  ],
  [
    'a client was told of a mistake of the program',
    'C15',
    (history) => {
      writeOf(history, 'update').attempts.unshift({ outcome: 'unknown', why: 'INTERNAL_SERVER_ERROR' });
    },
  ],
  [
    'a subscriber was told of a mistake of the program',
    'C15',
    (history) => void subscriberIn(history).refusals.push('INTERNAL_SERVER_ERROR'),
  ],
  [
    'a transaction stood still',
    'C15',
    (history) => {
      for (const look of history.looks) look.idleInTransactionMs = 6_000;
    },
  ],
  [
    'a refresh that was sent again was refused',
    'C16',
    (history) => {
      for (const step of history.sessionSteps.slice(0, 1)) step.outcome = 'refused';
    },
  ],
  [
    'a spent token was exchanged',
    'C16',
    (history) => {
      for (const step of history.sessionSteps.slice(1)) step.outcome = 'done';
    },
  ],
  ['the database did not wait for its disk', 'C17', (history) => void (history.databaseSettings['fsync'] = 'off')],
];
