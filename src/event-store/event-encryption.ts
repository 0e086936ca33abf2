import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, type Sql, sqlOf } from '../database/sql.ts';
import type { CommandMetadata, EventData, NewEvent, SealedValues } from './domain-event.ts';
import type { EventContext } from './event-context.ts';
import { ERASED, isHidden, REDACTED } from './sensitive-field.ts';
import { type OwnKeys, type SubjectKey, type SubjectKeys, subjectKeysOf } from './subject-keys.ts';

/**
 * Encryption of sensitive values, each by itself: AES-256-GCM under the key of the person it is about, with the id of the
 * event and the path of the field as associated data, so that a ciphertext opens in its own place only.
 *
 *   sealed value:  <key id> "." base64url( nonce of 12 bytes | ciphertext | tag of 16 bytes )
 *
 * Fields of the data belong to the event's subject; address and device, in the metadata, to whoever acted, or to the subject
 * where nobody was signed in. Where they belong to nobody they are not kept.
 */

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const METADATA_PREFIX = 'metadata.';
const DATA_PREFIX = 'data.';
const ORIGIN_FIELDS = ['ipAddress', 'userAgent'] as const;

/** A ciphertext that was moved, altered or made with another key. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/** What is stored of an event: nothing sensitive in clear. */
export interface SealedEvent extends NewEvent {
  readonly sealed: SealedValues | null;
}

/** The same of all events of a command: without address and device. */
export function metadataToStore(metadata: CommandMetadata): CommandMetadata {
  return { ...metadata, ipAddress: null, userAgent: null };
}

/** Whose address and device it is. */
export function actorOf(metadata: Pick<CommandMetadata, 'userId'>, subjectId: string | null): string | null {
  return metadata.userId ?? subjectId;
}

const ownKeys = new WeakMap<EventContext, OwnKeys>();

function ownKeysOf(context: EventContext): OwnKeys {
  let own = ownKeys.get(context);
  if (!own) ownKeys.set(context, (own = new Map()));
  return own;
}

/** After a rollback, also of a savepoint: the keys may be gone that were made since. */
export function forgetOwnKeys(context: EventContext): void {
  ownKeys.delete(context);
}

/** What aggregates recorded. */
interface RecordedStream {
  readonly aggregateId: string;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

/** Seals what is to be appended in the transaction of `em`. */
export async function sealStreams<Stream extends RecordedStream>(
  em: SqlEntityManager,
  streams: readonly Stream[],
  context: EventContext,
): Promise<(Omit<Stream, 'events'> & { readonly events: readonly SealedEvent[] })[]> {
  const keys = subjectKeysOf(em);
  const own = ownKeysOf(context);
  for (const { aggregateId, expectedVersion, events } of streams) {
    // A person whose stream begins here has no key yet.
    const isFirst = expectedVersion === 0 && !own.has(aggregateId);
    if (keys && isFirst && events.some((event) => event.subjectId === aggregateId && event.sensitive?.length)) {
      await putOff(em, await keys.makeFirst(own, aggregateId));
    }
  }
  return sealWith(keys, sqlOf(em), streams, context);
}

/** @throws Error when something is to be sealed and there are no keys. */
export async function sealWith<Stream extends { readonly events: readonly NewEvent[] }>(
  keys: SubjectKeys | null,
  sql: Sql,
  streams: readonly Stream[],
  context: EventContext,
): Promise<(Omit<Stream, 'events'> & { readonly events: readonly SealedEvent[] })[]> {
  const { metadata } = context;
  const hasOrigin = ORIGIN_FIELDS.some((field) => metadata[field] !== null);
  const people = new Set<string>();
  for (const event of streams.flatMap(({ events }) => events)) {
    const actor = hasOrigin ? actorOf(metadata, event.subjectId) : null;
    if (actor !== null) people.add(actor);
    if (!event.sensitive?.length) continue;
    if (event.subjectId === null) throw new Error(`${event.type} holds personal data, but is about nobody.`);
    people.add(event.subjectId);
  }
  if (people.size === 0) return streams.map((stream) => ({ ...stream, events: stream.events.map(plainly) }));
  if (!keys) throw new Error('Events with personal data need the keys of people, and this database was given none.');
  const found = await keys.forWriting(sql, ownKeysOf(context), people);
  return streams.map((stream) => ({ ...stream, events: stream.events.map((event) => seal(event, metadata, found)) }));
}

function plainly({ sensitive: _paths, ...event }: NewEvent): SealedEvent {
  return { ...event, sealed: null };
}

function seal(
  { sensitive = [], ...event }: NewEvent,
  metadata: CommandMetadata,
  keys: ReadonlyMap<string, SubjectKey>,
): SealedEvent {
  const sealed: Record<string, string> = {};
  let { data } = event;
  for (const path of sensitive) {
    const value = valueAt(data, path);
    if (typeof value !== 'string' || isHidden(value)) continue;
    const token = sealValue(keys.get(event.subjectId ?? ''), event.id, DATA_PREFIX + path, value);
    if (token !== null) sealed[DATA_PREFIX + path] = token;
    data = withValueAt(data, path, token === null ? ERASED : REDACTED);
  }
  const actor = keys.get(actorOf(metadata, event.subjectId) ?? '');
  for (const field of ORIGIN_FIELDS) {
    const value = metadata[field];
    const token = value === null ? null : sealValue(actor, event.id, METADATA_PREFIX + field, value);
    if (token !== null) sealed[METADATA_PREFIX + field] = token;
  }
  return { ...event, data, sealed: Object.keys(sealed).length > 0 ? sealed : null };
}

/** Drawn for many values at once: each by itself takes the generator as long as all the rest of a value. */
const nonces = Buffer.alloc(NONCE_BYTES * 256);
let used = nonces.length;

function newNonce(): Buffer {
  if (used === nonces.length) {
    randomFillSync(nonces);
    used = 0;
  }
  return nonces.subarray(used, (used += NONCE_BYTES));
}

/** Null under a key that is no more. */
function sealValue(key: SubjectKey | undefined, eventId: string, path: string, value: string): string | null {
  if (!key || typeof key.secret === 'string') return null;
  const nonce = newNonce();
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce).setAAD(aadOf(eventId, path));
  const bytes = Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${key.id}.${bytes.toString('base64url')}`;
}

/** @throws SealBrokenError */
export function openValue(secret: KeyObject, eventId: string, path: string, token: string): string {
  const bytes = Buffer.from(token.slice(token.indexOf('.') + 1), 'base64url');
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aadOf(eventId, path)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return text.toString('utf8');
  } catch (error) {
    throw new SealBrokenError(`A sealed value of event ${eventId} was moved or altered.`, { cause: error });
  }
}

export function keyIdOf(token: string): string {
  return token.slice(0, Math.max(0, token.indexOf('.')));
}

function aadOf(eventId: string, path: string): Buffer {
  return Buffer.from(`${eventId} ${path}`);
}

/** `data.user.email` → `user.email`; null for a path of the metadata. */
export function dataPathOf(path: string): string | null {
  return path.startsWith(DATA_PREFIX) ? path.slice(DATA_PREFIX.length) : null;
}

const steps = new Map<string, readonly string[]>();
/** More than all definitions together have; stored paths of definitions that are gone come on top. */
const MAX_PATHS = 10_000;

/** The names on the way: every event asks for the same few paths. */
function stepsOf(path: string): readonly string[] {
  const known = steps.get(path);
  if (known) return known;
  if (steps.size >= MAX_PATHS) steps.clear();
  const names = path.split('.');
  steps.set(path, names);
  return names;
}

function valueAt(data: EventData, path: string): unknown {
  let value: unknown = data;
  for (const name of stepsOf(path)) value = isObject(value) ? value[name] : undefined;
  return value;
}

/** A copy with the value in the place; the data itself where that place is not there. */
export function withValueAt(data: EventData, path: string, value: string | null): EventData {
  return withValueBehind(data, stepsOf(path), 0, value);
}

function withValueBehind(data: EventData, names: readonly string[], at: number, value: string | null): EventData {
  const name = names[at] ?? '';
  if (!(name in data)) return data;
  if (at === names.length - 1) return { ...data, [name]: value };
  const inner = data[name];
  return isObject(inner) ? { ...data, [name]: withValueBehind(inner, names, at + 1, value) } : data;
}

/** Sensitive paths by the names on their way; a string is a whole path. */
type SensitivePaths = Map<string, SensitivePaths | string>;

/** By the paths of a definition, of which there are as many as of those. */
const sensitivePaths = new WeakMap<readonly string[], SensitivePaths>();

function byName(paths: readonly string[]): SensitivePaths {
  const root: SensitivePaths = new Map();
  for (const path of paths) {
    const names = [...stepsOf(path)];
    const last = names.pop() ?? '';
    let inner = root;
    for (const name of names) {
      const next = inner.get(name);
      const reached = next instanceof Map ? next : new Map();
      inner.set(name, reached);
      inner = reached;
    }
    inner.set(last, path);
  }
  return root;
}

/** Hides what stands in clear at these paths of the data, except where it is wanted; copies nothing if nothing does. */
export function hideUnless(
  data: EventData,
  paths: readonly string[],
  wants: (path: string) => boolean = () => false,
): EventData {
  // What no version of this program wrote may be anything.
  if (paths.length === 0 || !isObject(data)) return data;
  let named = sensitivePaths.get(paths);
  if (!named) sensitivePaths.set(paths, (named = byName(paths)));
  return hidden(data, named, wants);
}

function hidden(data: EventData, paths: SensitivePaths, wants: (path: string) => boolean): EventData {
  let copy: Record<string, unknown> | null = null;
  for (const [name, place] of paths) {
    const value = data[name];
    let shown = value;
    if (typeof place === 'string') {
      if (typeof value === 'string' && !isHidden(value) && !wants(DATA_PREFIX + place)) shown = REDACTED;
    } else if (isObject(value)) shown = hidden(value, place, wants);
    if (shown === value) continue;
    copy ??= { ...data };
    copy[name] = shown;
  }
  return copy ?? data;
}

function isObject(value: unknown): value is EventData {
  return typeof value === 'object' && value !== null;
}
