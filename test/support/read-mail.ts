import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressesIn, look, note } from './canaries.ts';

export interface ReadMail {
  /** By lower-case name, unfolded; a repeated header keeps every value. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly text: string;
  readonly html: string;
}

/** Reads the mails this project sends: one `multipart/alternative` with a plain and an HTML part. */
export function readMail(raw: string): ReadMail {
  const { headers, body } = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type')?.[0] ?? '')?.[1];
  if (boundary === undefined) throw new Error('The mail has only one part.');
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.trimStart()));
  const content = (type: string): string => {
    const found = parts.filter((part) => part.headers.get('content-type')?.[0]?.startsWith(type));
    if (found.length !== 1 || !found[0]) throw new Error(`The mail has ${found.length} parts of type ${type}.`);
    return decode(found[0].body, found[0].headers.get('content-transfer-encoding')?.[0] ?? '7bit');
  };
  return { headers, text: content('text/plain'), html: content('text/html') };
}

function split(entity: string): { headers: Map<string, string[]>; body: string } {
  const lines = entity.replaceAll('\r\n', '\n');
  const end = lines.indexOf('\n\n');
  const headers = new Map<string, string[]>();
  for (const line of lines
    .slice(0, end)
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return { headers, body: lines.slice(end + 2) };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The mails that carry a token, by their subjects, and what it begins with. */
const CARRIES: readonly (readonly [RegExp, string])[] = [
  [/^Confirm your e-mail address/, 'sb_ev_'],
  [/^(?:Set a|Reset your) .*password/, 'sb_pr_'],
];

/** Notes what no mail may hold, and addresses of others than its recipients. */
export function lookAtMail(raw: string, to: readonly string[]): void {
  const { headers, text, html } = readMail(raw);
  const lines = [...headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  let content = [...lines, text, html].join('\n');
  const subject = headers.get('subject')?.[0] ?? '';
  const prefix = CARRIES.find(([pattern]) => pattern.test(subject))?.[1];
  // One token, as a link and to be copied, and no second one.
  const carried = prefix && new RegExp(`${prefix}[\\w-]{43}`).exec(content)?.[0];
  if (carried) content = content.replaceAll(carried, '');
  look('mail', content, `in a mail to ${to.join()}`);
  const foreign = addressesIn(content).find((address) => !to.includes(address));
  if (foreign !== undefined) note('address', 'mail', `of ${foreign} in a mail to ${to.join()}`);
}

/** As `lookAtMail`, at all mails that were written to a folder; there need be none. */
export async function lookAtMailFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((file) => file.endsWith('.eml'))) {
    const raw = await readFile(join(folder, name), 'utf8');
    lookAtMail(raw, (readMail(raw).headers.get('to') ?? []).flatMap(addressesIn));
  }
}
