import type { Duty, History, LoggedEvent } from './history.ts';

/** The same, to be changed. */
export type Draft<Value> = Value extends readonly (infer Item)[]
  ? Draft<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Draft<Value[Key]> }
    : Value;

export type DraftHistory = Draft<History>;

const DUTIES: readonly Duty[] = [
  { handler: 'audit-log', types: ['USER_CREATED', 'USER_UPDATED', 'USER_DELETED'], untilDeleted: false },
  { handler: 'settings', types: ['USER_CREATED'], untilDeleted: true },
];

export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** People by the numbers that stand in their ids. */
export const [ADA, BOB, EVE] = [uuid(1), uuid(2), uuid(3)];

type MadeEvent = Omit<LoggedEvent, 'position' | 'id'> & { readonly id?: string };

/** Puts an event at the end of the log as a sound run would: handled, received and seen. */
export function append(
  history: DraftHistory,
  { id = uuid(1000 + history.log.length), ...rest }: MadeEvent,
): LoggedEvent {
  const event = { ...rest, id, position: history.log.length + 1 };
  history.log.push(event);
  for (const { handler } of DUTIES.filter(({ types }) => types.includes(event.type))) {
    history.effects.push({ handler, eventId: id });
  }
  for (const { types, received, after } of history.subscribers) {
    if (event.position > after && (types === null || types.includes(event.type))) received.push(id);
  }
  history.looks.push({
    placed: [{ position: event.position, eventId: id }],
    progress: [{ handler: 'audit-log', lane: 0, position: event.position, epoch: 1 + Math.floor(event.position / 4) }],
    idleInTransactionMs: 20,
  });
  return event;
}

interface MadeWrite {
  readonly kind: string;
  /** By type and person. */
  readonly events: readonly (readonly [type: string, person: string])[];
  readonly sets?: { readonly lastName?: string; readonly email?: string };
}

/** A write that was acknowledged at once, with its events and what they leave in the rows. */
function write(history: DraftHistory, { kind, events, sets = {} }: MadeWrite): void {
  const number = history.writes.length + 1;
  const [correlationId, commandId] = [uuid(500 + number), uuid(700 + number)];
  const answered = events.map(([type, aggregateId]) => {
    const aggregate = { aggregateType: 'User', aggregateId };
    const version = history.log.filter((event) => event.aggregateId === aggregateId).length + 1;
    return append(history, { ...aggregate, type, version, commandId, correlationId });
  });
  for (const { aggregateType, aggregateId, version, type } of answered) {
    history.entities = history.entities.filter((entity) => entity.aggregateId !== aggregateId);
    if (type !== 'USER_DELETED') history.entities.push({ aggregateType, aggregateId, version });
    const person = history.people.find(({ id }) => id === aggregateId) ?? { id: aggregateId, lastName: '', email: '' };
    history.people = history.people.filter(({ id }) => id !== aggregateId);
    if (type !== 'USER_DELETED') history.people.push({ ...person, ...sets });
  }
  history.writes.push({
    key: `key-${number}`,
    correlationId,
    kind,
    sets,
    attempts: [
      {
        outcome: 'done',
        events: answered.map(({ id, type, aggregateId, version }) => ({ id, type, aggregateId, version })),
      },
    ],
  });
}

/** A small run in which all went well, though a process was killed and an answer lost. */
export function soundHistory(): DraftHistory {
  const history: DraftHistory = {
    seed: 1,
    databaseSettings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
    writes: [],
    log: [],
    entities: [],
    people: [],
    looks: [],
    duties: structuredClone(DUTIES) as Draft<Duty>[],
    effects: [],
    deadLetters: [],
    sums: [{ name: 'people', counted: 2, actual: 2 }],
    mails: [],
    repeatableMails: 1,
    subscribers: [
      { name: 'all', types: null, after: 0, received: [], refusals: ['SERVICE_UNAVAILABLE'] },
      { name: 'late updates', types: ['USER_UPDATED'], after: 2, received: [], refusals: ['SERVICE_UNAVAILABLE'] },
    ],
    sessionSteps: [
      { session: '1', step: 'the same exchange again, its answer being lost', outcome: 'done' },
      { session: '1', step: 'the use of a spent token', outcome: 'refused' },
    ],
    processes: [
      { name: 'api 1', endWasExpected: true, end: 'SIGKILL', alarms: [] },
      { name: 'worker 1', endWasExpected: true, end: 'code 0', alarms: [] },
    ],
    healing: { readyAfterMs: 900, quietAfterMs: 2_000 },
  };
  for (const [person, name] of [
    [ADA, 'ada'],
    [BOB, 'bob'],
    [EVE, 'eve'],
  ] as const) {
    write(history, {
      kind: 'create',
      events: [['USER_CREATED', person]],
      sets: { lastName: 'First', email: `${name}@example.com` },
    });
    mail(history, 'welcome', `${name}@example.com`);
  }
  write(history, { kind: 'update', events: [['USER_UPDATED', ADA]], sets: { lastName: 'Second' } });
  write(history, {
    kind: 'bulk',
    events: [
      ['USER_UPDATED', ADA],
      ['USER_UPDATED', BOB],
    ],
  });
  write(history, { kind: 'update', events: [['USER_UPDATED', BOB]], sets: { email: 'bob-2@example.com' } });
  mail(history, 'address-added', 'bob-2@example.com');
  write(history, { kind: 'delete', events: [['USER_DELETED', EVE]] });
  write(history, { kind: 'update', events: [['USER_UPDATED', ADA]], sets: { lastName: 'Third' } });
  const [first] = history.writes;
  first?.attempts.unshift({ outcome: 'unknown', why: 'The connection broke.' });
  refuse(history);
  return history;
}

export function mail(history: DraftHistory, kind: 'welcome' | 'address-added', to: string): void {
  history.mails.push({ kind, to, subject: kind, messageId: `<${kind}-${to}>` });
}

/** A write that was refused, which an event of its own tells. */
function refuse(history: DraftHistory): void {
  const correlationId = uuid(900);
  const stream = { aggregateType: 'User', aggregateId: uuid(901), version: 1 };
  append(history, { ...stream, type: 'UPDATE_FAILED', commandId: uuid(902), correlationId });
  history.writes.push({
    key: 'key-refused',
    correlationId,
    kind: 'invalid',
    sets: { lastName: '' },
    attempts: [{ outcome: 'refused', code: 'VALIDATION_FAILED' }],
  });
}
