import type { Sql } from '../database/sql.ts';
import type { CommandMetadata, EventData, RecordedEvent } from './domain-event.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import {
  actorOf,
  dataPathOf,
  hideUnless,
  keyIdOf,
  openValue,
  SealBrokenError,
  withValueAt,
} from './event-encryption.ts';
import { KeyUnavailableError } from './key-wrapper.ts';
import { ERASED, isHidden, UNREADABLE } from './sensitive-field.ts';
import type { SubjectKey, SubjectKeys } from './subject-keys.ts';

/** Who looks at events: somebody who may read everything, or one person, who may read what is about them. */
export type EventAudience = { readonly reads: 'everything' } | { readonly reads: 'own'; readonly personId: string };

type Keys = ReadonlyMap<string, SubjectKey>;
type Wants = (path: string) => boolean;

/** Shows what is sensitive in events to who may read it. */
export class EventReader {
  readonly keys: SubjectKeys;
  readonly #catalogue: EventCatalogue;

  constructor(catalogue: EventCatalogue, keys: SubjectKeys) {
    this.#catalogue = catalogue;
    this.keys = keys;
  }

  /**
   * The events with the fields that a handler declares: paths as in `EventDefinition.sensitive` and `metadata.ipAddress`,
   * or their beginnings (`user`, `metadata`). What belongs to an erased person is `[erased]`, in the metadata null.
   *
   * @throws SealBrokenError, KeyUnavailableError when a declared field cannot be read.
   */
  async forHandler<Event extends RecordedEvent>(
    sql: Sql,
    events: readonly Event[],
    decrypts: readonly string[],
  ): Promise<readonly Event[]> {
    if (decrypts.length === 0) return events;
    const wants: Wants = (path) => declares(decrypts, path);
    const keys = await this.keys.forReading(
      sql,
      keyIdsIn(events, () => wants),
    );
    return events.map((event) =>
      this.#show(event, wants, keys, (error) => {
        throw error;
      }),
    );
  }

  /** What a handler that declares these fields has read in clear of an event, and may quote in an error. */
  async openedTexts(sql: Sql, event: RecordedEvent, decrypts: readonly string[]): Promise<readonly string[]> {
    if (!event.sealed || decrypts.length === 0) return [];
    const wants: Wants = (path) => declares(decrypts, path);
    const keys = await this.keys.forReading(
      sql,
      keyIdsIn([event], () => wants),
    );
    return Object.entries(event.sealed.values)
      .filter(([path]) => wants(path))
      .map(([path, token]) => open(event.id, path, token, keys, () => UNREADABLE))
      .filter((text) => !isHidden(text));
  }

  /** The events as this audience sees them; what cannot be read is `[unreadable]`. */
  async forAudience<Event extends RecordedEvent>(
    sql: Sql,
    events: readonly Event[],
    audience: EventAudience,
  ): Promise<readonly Event[]> {
    const keys = await this.keys.forReading(
      sql,
      keyIdsIn(events, (event) => wantsOf(audience, event)),
    );
    return events.map((event) => this.#show(event, wantsOf(audience, event), keys, () => UNREADABLE));
  }

  /** Has the keys of everything that is sealed in these events remembered, as long as there is room. */
  async fetchKeys(sql: Sql, events: readonly RecordedEvent[]): Promise<void> {
    await this.keys.forReading(
      sql,
      keyIdsIn(events, () => () => true),
    );
  }

  /** The same of one event, with the keys that are remembered; null when one is not: look it up with `forAudience`. */
  ifRemembered<Event extends RecordedEvent>(event: Event, audience: EventAudience): Event | null {
    if (!concerns(event, audience)) return event;
    const wants = wantsOf(audience, event);
    const keys = this.keys.remembered(keyIdsIn([event], () => wants));
    return keys && this.#show(event, wants, keys, () => UNREADABLE);
  }

  #show<Event extends RecordedEvent>(
    event: Event,
    wants: Wants,
    keys: Keys,
    whenBroken: (error: SealBrokenError | KeyUnavailableError) => string,
  ): Event {
    const { sealed } = event;
    if (!sealed) return event;
    const isPresentShape = sealed.schemaVersion === event.schemaVersion;
    let raw: EventData = sealed.data;
    const metadata: { -readonly [Field in keyof CommandMetadata]: CommandMetadata[Field] } = { ...event.metadata };
    for (const [path, token] of Object.entries(sealed.values)) {
      const dataPath = dataPathOf(path);
      // An older shape may have had the field elsewhere: it is opened, brought to the present shape, and hidden there.
      if (!wants(path) && (dataPath === null || isPresentShape)) continue;
      const text = open(event.id, path, token, keys, whenBroken);
      if (dataPath !== null) raw = withValueAt(raw, dataPath, text);
      else if (path === 'metadata.ipAddress') metadata.ipAddress = isHidden(text) ? null : text;
      else if (path === 'metadata.userAgent') metadata.userAgent = isHidden(text) ? null : text;
    }
    if (sealed.clearOrigin && wants('metadata.ipAddress')) metadata.ipAddress = sealed.clearOrigin.ipAddress;
    if (sealed.clearOrigin && wants('metadata.userAgent')) metadata.userAgent = sealed.clearOrigin.userAgent;
    const { data } = this.#catalogue.upcast(event.type, sealed.schemaVersion, raw);
    const paths = this.#catalogue.get(event.type)?.sensitive ?? [];
    return { ...event, data: hideUnless(data, paths, wants), metadata };
  }
}

/** Whether the audience may read anything of it that others may not. */
export function concerns(event: RecordedEvent, audience: EventAudience): boolean {
  if (!event.sealed) return false;
  if (audience.reads === 'everything') return true;
  return event.subjectId === audience.personId || actorOf(event.metadata, event.subjectId) === audience.personId;
}

function wantsOf(audience: EventAudience, event: RecordedEvent): Wants {
  if (audience.reads === 'everything') return () => true;
  const isSubject = event.subjectId === audience.personId;
  const isActor = actorOf(event.metadata, event.subjectId) === audience.personId;
  return (path) => (dataPathOf(path) === null ? isActor : isSubject);
}

/** Whether one of the declared paths is this one, or leads there. */
export function declares(declared: readonly string[], path: string): boolean {
  const name = dataPathOf(path) ?? path;
  return declared.some((beginning) => name === beginning || name.startsWith(`${beginning}.`));
}

function keyIdsIn<Event extends RecordedEvent>(
  events: readonly Event[],
  wantsOfEvent: (event: Event) => Wants,
): Set<string> {
  const ids = new Set<string>();
  for (const event of events) {
    if (!event.sealed) continue;
    const wants = wantsOfEvent(event);
    const isPresentShape = event.sealed.schemaVersion === event.schemaVersion;
    for (const [path, token] of Object.entries(event.sealed.values)) {
      if (wants(path) || (dataPathOf(path) !== null && !isPresentShape)) ids.add(keyIdOf(token));
    }
  }
  return ids;
}

function open(
  eventId: string,
  path: string,
  token: string,
  keys: Keys,
  whenBroken: (error: SealBrokenError | KeyUnavailableError) => string,
): string {
  const secret = keys.get(keyIdOf(token))?.secret ?? 'unavailable';
  if (secret === 'erased') return ERASED;
  if (secret === 'unavailable') return whenBroken(new KeyUnavailableError(`A key of event ${eventId} is not at hand.`));
  try {
    return openValue(secret, eventId, path, token);
  } catch (error) {
    if (error instanceof SealBrokenError) return whenBroken(error);
    throw error;
  }
}
