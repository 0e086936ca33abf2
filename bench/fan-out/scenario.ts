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
});

/** No two ask for the same. */
export const differentDocuments = (index: number): Subscription => ({
  query: documentWith(`own${index}: id`),
  variables: {},
});

export function aggregateIdOf(number: number): string {
  return `0190c0de-0000-7000-8000-${(number % AGGREGATES).toString(16).padStart(12, '0')}`;
}

/** A change of a user, which carries its number as the last name. */
export function eventData(number: number): Record<string, unknown> {
  const user = {
    id: aggregateIdOf(number),
    email: `ada.${number}@example.com`,
    username: `ada-${number}`,
    firstName: 'Ada',
    lastName: `n${number}`,
    isActive: true,
    emailVerified: true,
    roleId: '0190c0de-0000-7000-8000-0000000000aa',
    version: 7,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-02T00:00:00.000Z',
  };
  return { user, previousData: { ...user, lastName: 'Byron', version: 6 } };
}

/** How a message shows the number of its event. */
export const NUMBER_MARK = '"lastName":"n';
