import { isIP } from 'node:net';

/**
 * One environment variable: how its text becomes a value.
 *
 * `must` completes the sentence "NAME must be …". It is fixed text, so a refused value, which may be a secret pasted into the
 * wrong variable, is never repeated. `parse` answers undefined for a refused text.
 */
export interface Variable<Value> {
  readonly meaning: string;
  readonly must: string;
  readonly fallback: Value;
  /** The text counts as it stands; otherwise blanks around it are dropped. */
  readonly verbatim?: boolean;
  readonly parse: (text: string) => Value | undefined;
}

export function wholeNumber(minimum: number, maximum: number, fallback: number, meaning: string): Variable<number> {
  return {
    meaning,
    must: `a whole number from ${minimum} to ${maximum}`,
    fallback,
    parse: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    },
  };
}

export function oneOf<const Choice extends string, const Fallback extends Choice | null>(
  choices: readonly Choice[],
  fallback: Fallback,
  meaning: string,
): Variable<Choice | Fallback> {
  return {
    meaning,
    must: `one of ${choices.join(', ')}`,
    fallback,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

export function flag(meaning: string): Variable<boolean> {
  const values = new Map([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ]);
  return { meaning, must: 'true or false', fallback: false, parse: (text) => values.get(text) };
}

export function matching<Fallback extends string | null>(
  accepts: (text: string) => boolean,
  must: string,
  fallback: Fallback,
  meaning: string,
): Variable<string | Fallback> {
  return { meaning, must, fallback, parse: (text) => (accepts(text) ? text : undefined) };
}

/** A comma list; blanks around the entries and empty entries are dropped, and at least one must remain. */
export function listOf(
  parseEntry: (entry: string) => string | undefined,
  must: string,
  meaning: string,
): Variable<readonly string[]> {
  return { meaning, must, fallback: [], parse: (text) => parseList(text, parseEntry) };
}

export function parseList(
  text: string,
  parseEntry: (entry: string) => string | undefined,
): readonly string[] | undefined {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry);
  const accepted = entries.filter((entry) => entry !== undefined);
  return accepted.length === entries.length && accepted.length > 0 ? accepted : undefined;
}

/** A URL of one of the schemes (written with the colon) that names a host. */
export function isUrl(text: string, schemes: readonly string[]): boolean {
  const url = URL.canParse(text) && !hasControlCharacter(text) ? new URL(text) : null;
  return url !== null && schemes.includes(url.protocol) && url.hostname !== '';
}

/** The address a browser uses: http or https, without credentials, query or fragment. Loses trailing slashes. */
export function parsePublicUrl(text: string): string | undefined {
  if (!isUrl(text, ['http:', 'https:'])) return undefined;
  const { origin, pathname, username, password, search, hash } = new URL(text);
  return username + password + search + hash === '' ? origin + pathname.replace(/\/+$/, '') : undefined;
}

/** The canonical `scheme://host[:port]`; undefined for a wildcard, a path or `null`. */
export function parseOrigin(text: string): string | undefined {
  const url = parsePublicUrl(text);
  return url !== undefined && !url.includes('*') && url === new URL(url).origin ? url : undefined;
}

/** An IP address or a CIDR range. A range of every address is refused: it would let any client forge its address. */
export function parseAddressRange(text: string): string | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return undefined;
  if (prefix === undefined) return text;
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : 0;
  return bits >= 1 && bits <= (family === 4 ? 32 : 128) ? text : undefined;
}

/** `user@host`, or `Name <user@host>`. No line break can pass, so it cannot add a mail header. */
export function isMailSender(text: string): boolean {
  const named = /^([^<>@,;]*)<([^<>]+)>$/.exec(text);
  return !hasControlCharacter(text) && isEmail(named?.[2] ?? text);
}

export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(text);
}

export function hasControlCharacter(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}
