import type { Usage } from './child.ts';

/** The aggregates that events are about, in turn. */
export const AGGREGATES = 100;

export interface ServerPlace {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly channel: string;
}

/** What every contender's server answers. */
export type ServerApi = {
  start(place: ServerPlace): Promise<StartedServer>;
  /** Subscriptions that would be sent the next event. */
  live(argument?: undefined): number;
  usage(argument: { readonly collect: boolean }): Usage;
};

export interface StartedServer {
  readonly port: number;
  /** For `connection_init`. */
  readonly token: string | null;
}

/** What one subscriber asks for. */
export interface Subscription {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the only events that are wanted, for a server that knows no filters. */
  readonly aggregateId?: string;
}

const FIELDS = `cursor id type aggregateType aggregateId version data
    metadata { timestamp userId correlationId }`;

export const SHARED_DOCUMENT = documentWith('');

function documentWith(more: string): string {
  return `subscription ($filter: DomainEventFilter, $after: Cursor) {
  domainEvents(filter: $filter, after: $after) {
    ${FIELDS} ${more}
  }
}`;
}

/** Everybody asks for the same. */
export const shared = (): Subscription => ({ query: SHARED_DOCUMENT, variables: {} });

/** A hundred filters; every one lets every event through. */
export const overlappingFilters = (index: number): Subscription => ({
  query: SHARED_DOCUMENT,
  variables: { filter: { from: new Date(Date.UTC(2020, 0, 1 + (index % 100))).toISOString() } },
});

/** A hundred filters; an event passes one of them. */
export const disjointFilters = (index: number): Subscription => ({
  query: SHARED_DOCUMENT,
  variables: { filter: { aggregateId: aggregateIdOf(index) } },
  aggregateId: aggregateIdOf(index),
});

/** No two ask for the same. */
export const differentDocuments = (index: number): Subscription => ({
  query: documentWith(`own${index}: id`),
  variables: {},
});

export function aggregateIdOf(number: number): string {
  return `0190c0de-0000-7000-8000-${(number % AGGREGATES).toString(16).padStart(12, '0')}`;
}

/** A change of an order, which carries its number as the order's. Nothing in it is encrypted: the others encrypt nothing. */
export function eventData(number: number): Record<string, unknown> {
  const unitPrice = { amount: 1_290, currency: 'EUR' };
  const order = {
    id: aggregateIdOf(number),
    orderNumber: `SB-${number}`,
    customerId: '0190c0de-0000-7000-8000-0000000000aa',
    lines: [
      { sku: `n${number}`, name: 'Notebook, lined', quantity: 2, unitPrice },
      { sku: 'pencil-2b', name: 'Pencil, soft', quantity: 10, unitPrice },
    ],
    total: { amount: 15_480, currency: 'EUR' },
    status: 'PENDING',
    version: 7,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-02T00:00:00.000Z',
  };
  return { order, previousData: { ...order, lines: order.lines.slice(1), version: 6 } };
}

/** How a message shows the number of its event, whether or not its JSON has spaces. */
export const NUMBER_MARK = '"SB-';
