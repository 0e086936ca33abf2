import { randomBytes, randomUUID } from 'node:crypto';

/** Where the tests look, all of them, whatever they are about. */
export type Place = 'answer' | 'frame' | 'mail' | 'log' | 'redis';

/**
 * What is private, and by what it is recognized wherever it turns up. Secrets that the tests make have a mark of their
 * own; those that the program makes have a form that nothing else has.
 */
const FORMS = {
  /** Passwords, keys and passwords of servers: `secretPhrase`, `secretKey`. */
  'secret of the tests': /canary-?secret/i,
  'password hash': /\$argon2(?:id|i|d)?\$/,
  'access token': /eyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}/,
  'refresh token': /sb_rt_[\w-]{43}/,
  'mailed token': /sb_(?:ev|pr)_[\w-]{43}/,
  'bootstrap token': /sb_bt_[\w-]{43}/,
  'card token': /\btok_(?:success|declined|insufficient_funds|expired_card|timeout|unavailable|canary)/,
  /** Of somebody, see `privateAddress`. Who may see it follows from who asks: `look-for-others.ts`. */
  address: /person-[0-9a-f]{8}-[0-9a-f]{4}@example\.com/,
} as const;
export type Kind = keyof typeof FORMS;
const KINDS = Object.keys(FORMS) as Kind[];
const ANY = new RegExp(KINDS.map((kind) => `(?:${FORMS[kind].source})`).join('|'), 'i');

/** Where each is at home, as the text stands there: a token in the field that hands it out. */
const AT_HOME: Readonly<Record<Place, readonly RegExp[]>> = {
  // The end may be still to come.
  answer: [/"(?:accessToken|refreshToken)":"[^"]*(?:"|$)/g],
  frame: [/"(?:accessToken|refreshToken)":"[^"]*(?:"|$)/g],
  // See `lookAtMail`.
  mail: [],
  log: [],
  // Whoever connects says the password of the server.
  redis: [/\$4\r\nauth\r\n(?:\$\d+\r\n[^\r]*\r\n){1,2}/gi],
};

/** Kinds that are checked by who sees them, and so not by place alone. */
const BY_READER: Readonly<Record<Place, readonly Kind[]>> = {
  answer: ['address'],
  frame: ['address'],
  mail: ['address'],
  log: [],
  redis: [],
};

/** A password nobody but its owner may see. */
export function secretPhrase(meaning: string): string {
  return `${meaning} canary-secret`;
}

/** 32 bytes in base64, for signing and master keys. */
export function secretKey(): string {
  // Twelve bytes that read "canarySecret" in base64, to the letter, and twenty that are random.
  return Buffer.concat([Buffer.from('canarySecretKey0', 'base64'), randomBytes(20)]).toString('base64');
}

/** An e-mail address that nobody has twice, for people of factories. */
export function privateAddress(unique: string = randomUUID().slice(0, 13)): string {
  return `person-${unique}@example.com`;
}

const permitted = new Map<string, number>();
let sightings: string[] = [];

/** Lets `kind` be seen in `place` until disposed of: by whoever reads what is theirs, with the reason. */
export function permit(kind: Kind, place: Place, _reason: string): Disposable {
  const key = `${kind} ${place}`;
  permitted.set(key, (permitted.get(key) ?? 0) + 1);
  return { [Symbol.dispose]: () => void permitted.set(key, (permitted.get(key) ?? 1) - 1) };
}

/**
 * Notes what in `text` must not be in `place`, and answers whether there was any; `from` says what was looked at. The
 * test that runs fails when it ends.
 */
export function look(place: Place, text: string, from: string): boolean {
  if (!ANY.test(text)) return false;
  let wasSeen = false;
  let rest = text;
  for (const home of AT_HOME[place]) rest = rest.replaceAll(home, '');
  for (const kind of KINDS) {
    if (BY_READER[place].includes(kind) || (permitted.get(`${kind} ${place}`) ?? 0) > 0) continue;
    const found = FORMS[kind].exec(rest);
    if (!found) continue;
    wasSeen = true;
    note(kind, place, `${from}: …${rest.slice(Math.max(0, found.index - 200), found.index + 120)}…`);
  }
  return wasSeen;
}

export function note(kind: Kind, place: Place, where: string): void {
  // One that leaks leaks often; the first few tell.
  if (sightings.length < 5) sightings.push(`${kind} seen in ${place}, ${where}`);
}

/** Whether the text holds a token that only the owner of an account was given. */
export function showsOwnersToken(text: string): boolean {
  return FORMS['mailed token'].test(text) || FORMS['refresh token'].test(text);
}

/** The addresses of people in a text. */
export function addressesIn(text: string): string[] {
  return text.match(new RegExp(FORMS.address, 'g')) ?? [];
}

/** What was noted since it was last asked. */
export function takeSightings(): readonly string[] {
  const taken = sightings;
  sightings = [];
  return taken;
}
