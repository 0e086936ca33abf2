import { addressesIn, note, type Place, showsOwnersToken } from './canaries.ts';

interface KnownPerson {
  readonly addresses: Set<string>;
  mayReadOthers: boolean;
}

/** By user id: whom the factories made. */
const people = new Map<string, KnownPerson>();
const BUILT_IN_READERS: readonly string[] = ['admin', 'manager'];

/** Tells whose an address is, and by the role whether they may read those of others. */
export function knowPerson({ id, email, role }: { id: string; email: string; role: { name: string } }): void {
  const known = people.get(id) ?? { addresses: new Set(), mayReadOthers: false };
  known.addresses.add(email);
  known.mayReadOthers ||= BUILT_IN_READERS.includes(role.name);
  people.set(id, known);
}

/** For a test that gives somebody the right in another way than by a built-in role. */
export function letReadOthers(userId: string): void {
  const known = people.get(userId);
  if (!known) throw new Error('Nobody knows this person.');
  known.mayReadOthers = true;
}

export interface Reader {
  /** The access token, with or without `Bearer`; null is nobody. */
  readonly token: string | null;
  /** What was sent: whoever names an address knows it. */
  readonly asked: string;
}

/** Notes addresses in `text` that are neither the reader's own nor named by them, unless they may read others'. */
export function lookForOthers(place: Place, text: string, { token, asked }: Reader): void {
  const found = addressesIn(text);
  if (found.length === 0) return;
  const reader = token === null ? null : people.get(subjectOf(token) ?? '');
  // Somebody whom no factory made, or whose token is none. Who shows a token of an account owns it, and sees it.
  if (reader === undefined || reader?.mayReadOthers || showsOwnersToken(asked)) return;
  const foreign = found.find((address) => !reader?.addresses.has(address) && !asked.includes(address));
  if (foreign === undefined) return;
  const at = text.indexOf(foreign);
  note('address', place, `by ${reader ? 'somebody else' : 'nobody'}: …${text.slice(Math.max(0, at - 200), at + 80)}…`);
}

function subjectOf(token: string): string | null {
  const [, payload] = token.replace(/^Bearer /, '').split('.');
  try {
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as { sub?: unknown };
    return typeof claims.sub === 'string' ? claims.sub : null;
  } catch {
    return null;
  }
}
