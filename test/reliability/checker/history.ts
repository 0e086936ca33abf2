/**
 * A run as its witnesses told it: what clients were answered, subscribers received, the mail server took and processes
 * printed, and rows read by plain SQL. Nothing in here comes from the code that is judged by it.
 */
export interface History {
  readonly seed: number;
  /** Settings of PostgreSQL by name. */
  readonly databaseSettings: Readonly<Record<string, string>>;
  readonly writes: readonly Write[];
  /** The log when all was quiet, by position; who has none stands last. */
  readonly log: readonly LoggedEvent[];
  readonly entities: readonly Entity[];
  readonly people: readonly Person[];
  /** What was seen of the database while the run went on, in the order of seeing. */
  readonly looks: readonly Look[];
  readonly duties: readonly Duty[];
  /** Of transactional handlers, each handler's in the order of their completion. */
  readonly effects: readonly Effect[];
  readonly deadLetters: readonly Effect[];
  readonly sums: readonly Sum[];
  /** In the order of arrival. */
  readonly mails: readonly Mail[];
  /** How many mails may have come again: by the ledger of outside effects, so many second and later attempts were made. */
  readonly repeatableMails: number;
  readonly subscribers: readonly Subscriber[];
  /** Of clients that sign in, refresh and sign out; without what nobody answered. */
  readonly sessionSteps: readonly SessionStep[];
  readonly processes: readonly ProcessRecord[];
  readonly healing: Healing;
}

/** One command of a client, with the same idempotency and correlation key for all its attempts. */
export interface Write {
  readonly key: string;
  readonly correlationId: string;
  readonly kind: string;
  /** What it writes into one person's row, when it names one. */
  readonly sets: { readonly lastName?: string; readonly email?: string };
  readonly attempts: readonly Attempt[];
}

export type Attempt =
  | { readonly outcome: 'done'; readonly events: readonly AnsweredEvent[] }
  /** Said in so many words, with a code of the API. */
  | { readonly outcome: 'refused'; readonly code: string }
  /** No answer, or one that leaves open what happened. */
  | { readonly outcome: 'unknown'; readonly why: string };

export interface AnsweredEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly version: number;
}

export interface LoggedEvent extends AnsweredEvent {
  readonly position: number | null;
  readonly aggregateType: string;
  readonly commandId: string;
  readonly correlationId: string;
}

export interface Entity {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
}

export interface Person {
  readonly id: string;
  readonly lastName: string;
  readonly email: string;
}

export interface Look {
  /** Those that were new since the look before. */
  readonly placed: readonly { readonly position: number; readonly eventId: string }[];
  readonly progress: readonly Progress[];
  /** The longest pause inside a transaction. Milliseconds. */
  readonly idleInTransactionMs: number;
}

export interface Progress {
  readonly handler: string;
  readonly lane: number;
  readonly position: number;
  readonly epoch: number;
}

/** What a transactional handler has to do: one effect for each event of these types. */
export interface Duty {
  readonly handler: string;
  readonly types: readonly string[];
  /** Whether the effect may be missing once the aggregate is gone. */
  readonly untilDeleted: boolean;
}

export interface Effect {
  readonly handler: string;
  readonly eventId: string;
}

/** Counted up event by event by a handler, and what there is to count. */
export interface Sum {
  readonly name: string;
  readonly counted: number;
  readonly actual: number;
}

export interface Mail {
  readonly kind: 'welcome' | 'address-added' | 'other';
  readonly to: string;
  readonly subject: string;
  /** What the other side knows a repeat by. */
  readonly messageId: string;
}

export interface Subscriber {
  readonly name: string;
  /** Null for all. */
  readonly types: readonly string[] | null;
  /** The position it began behind. */
  readonly after: number;
  /** Over all its connections. */
  readonly received: readonly string[];
  /** Codes that it was told instead of events. */
  readonly refusals: readonly string[];
}

export interface SessionStep {
  readonly session: string;
  readonly step:
    | 'the exchange of a token'
    | 'the same exchange again, its answer being lost'
    | 'the use of a spent token'
    | 'the exchange after a spent token was used'
    | 'the exchange after the logout';
  readonly outcome: 'done' | 'refused';
}

export interface ProcessRecord {
  readonly name: string;
  /** Whether it ended because it was made to, or while its database was away at its start. */
  readonly endWasExpected: boolean;
  readonly end: string;
  /** Lines that no run may print. */
  readonly alarms: readonly string[];
}

/** From the end of the last fault on. Milliseconds. */
export interface Healing {
  readonly readyAfterMs: number;
  readonly quietAfterMs: number;
}
