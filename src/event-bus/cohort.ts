import type { StoredEvent } from '../event-store/domain-event.ts';
import { type EventFilter, matchesFilter } from '../event-store/event-filter.ts';
import type { EventRendering, RenderedEvent } from './event-sink.ts';

/** What a cohort is sent in one turn; null when it has an event that must be rendered for each viewer. */
export type CohortEvents = RenderedEvent[] | null;

/** Live streams that want the same events in the same form. */
export class Cohort<Stream> {
  readonly key: string;
  readonly filter: EventFilter;
  readonly rendering: EventRendering;
  readonly matches: (event: StoredEvent) => boolean;
  readonly streams = new Set<Stream>();

  constructor(key: string, filter: EventFilter, rendering: EventRendering) {
    this.key = key;
    this.filter = filter;
    this.rendering = rendering;
    this.matches = matchesFilter(filter);
  }
}

/**
 * After so many characters the sockets have their turn. Those handed to all streams together: each socket is written to
 * once a turn, which costs more than what is written, so that the more events a turn has the cheaper they are.
 */
const HANDED_CHARACTERS = 32 * 1024 * 1024;
/** Those made for all cohorts together, which are held until they are written. */
const MADE_CHARACTERS = 8 * 1024 * 1024;
/** Those handed to one stream. */
const STREAM_CHARACTERS = 256 * 1024;

/** What goes to which cohort in one turn. Each event is rendered once for all cohorts that show it alike. */
export class Turn<Stream> {
  readonly events = new Map<Cohort<Stream>, CohortEvents>();
  readonly #texts = new Map<string, Map<number, string | null>>();
  readonly #characters = new Map<Cohort<Stream>, number>();
  #handed = 0;
  #made = 0;
  #isFull = false;

  /** Whether further events should wait for the next turn. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(cohort: Cohort<Stream>, event: StoredEvent): void {
    const events = this.events.get(cohort);
    if (events === null) return;
    const text = this.#textOf(cohort.rendering, event);
    if (text === null) {
      this.events.set(cohort, null);
      return;
    }
    const rendered = { position: event.position, text };
    if (events) events.push(rendered);
    else this.events.set(cohort, [rendered]);
    this.#weigh(cohort, text.length);
  }

  #textOf(rendering: EventRendering, event: StoredEvent): string | null {
    const texts = this.#texts.get(rendering.key) ?? new Map<number, string | null>();
    this.#texts.set(rendering.key, texts);
    const known = texts.get(event.position);
    if (known !== undefined) return known;
    const text = rendering.render(event);
    texts.set(event.position, text);
    return text;
  }

  #weigh(cohort: Cohort<Stream>, characters: number): void {
    const own = (this.#characters.get(cohort) ?? 0) + characters;
    this.#characters.set(cohort, own);
    this.#made += characters;
    this.#handed += characters * cohort.streams.size;
    this.#isFull ||= own > STREAM_CHARACTERS || this.#made > MADE_CHARACTERS || this.#handed > HANDED_CHARACTERS;
  }
}
