import type { Sql } from '../../database/sql.ts';
import { ValidationError } from '../../errors.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import { EventLog } from '../../event-store/read-events.ts';
import type { PersonalPage, PersonalRecord, PersonalSection } from '../../graphql/personal-data.ts';
import type { PrivacyServices } from './privacy-services.ts';

/** A part of an export: some records of some sections, in their order. */
export interface ExportPage {
  /** By the name of the section. */
  readonly data: Readonly<Record<string, readonly PersonalRecord[]>>;
  /** Where the next part begins; null after the last. */
  readonly next: string | null;
}

/** Records of one part, of all sections together. */
const PART = 500;
const MAX_CURSOR = 300;

interface Place {
  readonly section: string;
  readonly after: string | null;
}

/** @param cursor of the part before; null begins. @throws ValidationError for one that is none. */
export async function readExportPage(
  sql: Sql,
  services: PrivacyServices,
  personId: string,
  cursor: string | null,
): Promise<ExportPage> {
  const sections = [...services.personalData.flatMap((data) => data.sections ?? []), eventSection(services)];
  const place = cursor === null ? null : placeOf(cursor);
  let index = place === null ? 0 : sections.findIndex((section) => section.name === place.section);
  if (index < 0) throw noCursor();
  let after = place?.after ?? null;
  const data: Record<string, readonly PersonalRecord[]> = {};
  for (let room = PART; index < sections.length && room > 0;) {
    const section = sections[index];
    if (!section) break;
    const page = await section.read(sql, personId, after, room);
    data[section.name] = page.records;
    room -= page.records.length;
    after = page.next;
    if (after === null) index += 1;
  }
  const next = sections[index];
  return { data, next: next ? cursorOf({ section: next.name, after }) : null };
}

/** What the log holds about the person, readable, oldest first. Other people's addresses and devices are not theirs to see. */
function eventSection({ catalogue, reader }: PrivacyServices): PersonalSection {
  return {
    name: 'events',
    async read(sql, personId, after, limit): Promise<PersonalPage> {
      const page = { filter: { subjectId: personId }, after: Number(after ?? 0), limit };
      const events = await new EventLog(sql, catalogue).read(page);
      const shown = await reader.forAudience(sql, events, { reads: 'own', personId });
      const last = events.at(-1);
      return {
        records: shown.map(recordOf),
        next: last && events.length === limit ? String(last.position) : null,
      };
    },
  };
}

function recordOf(event: StoredEvent): PersonalRecord {
  const { id, type, aggregateType, aggregateId, version, schemaVersion, timestamp, data, metadata } = event;
  return { id, type, aggregateType, aggregateId, version, schemaVersion, timestamp, data, metadata };
}

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify([place.section, place.after])).toString('base64url');
}

const AFTER = /^(?:[0-9]{1,18}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function placeOf(cursor: string): Place {
  if (cursor.length > MAX_CURSOR) throw noCursor();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw noCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 2) throw noCursor();
  const [section, after] = parts as unknown[];
  const isPlace = after === null || (typeof after === 'string' && AFTER.test(after));
  if (typeof section !== 'string' || !isPlace) throw noCursor();
  return { section, after };
}

function noCursor(): ValidationError {
  return ValidationError.at('after', 'This is no place in an export.');
}
