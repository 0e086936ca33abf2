/**
 * What a mail says, once: `renderMail` makes the HTML and the plain text from it. All texts are plain; nothing in them is
 * markup, wherever it comes from.
 */
export interface MailContent {
  /** Names the template: in the log, in the preview and in the file's name. */
  readonly kind: MailKind;
  readonly subject: string;
  /** What a mail program shows beside the subject. */
  readonly preview: string;
  readonly heading: string;
  readonly blocks: readonly MailBlock[];
  /** Why the reader gets this. */
  readonly footer: string;
}

export type MailKind =
  | 'welcome'
  | 'address-removed'
  | 'address-added'
  | 'order-confirmation'
  | 'payment-receipt'
  | 'password-changed'
  | 'registration-repeated'
  | 'import-finished'
  | 'verify-address'
  | 'reset-password'
  | 'set-password';

export type MailBlock =
  | { readonly type: 'paragraph'; readonly text: string }
  /** What to do if something is wrong; set apart from the rest. */
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'facts'; readonly rows: readonly MailFact[] }
  | { readonly type: 'lines'; readonly lines: readonly MailLine[]; readonly more: number; readonly total: string }
  | { readonly type: 'button'; readonly label: string; readonly url: string }
  /** Something to copy, as it stands. */
  | { readonly type: 'code'; readonly label: string; readonly code: string };

export interface MailFact {
  readonly label: string;
  readonly value: string;
}

export interface MailLine {
  readonly name: string;
  readonly detail: string;
  readonly amount: string;
}

/** Says who writes and where they are found; every template gets it. */
export interface MailBrand {
  /** The display name of MAIL_FROM. */
  readonly name: string;
  /** Without a trailing slash. */
  readonly publicUrl: string;
}

export function paragraph(text: string): MailBlock {
  return { type: 'paragraph', text };
}

export function notice(text: string): MailBlock {
  return { type: 'notice', text };
}

/** Rows without a value are left out. */
export function facts(values: Readonly<Record<string, string | null>>): MailBlock {
  return {
    type: 'facts',
    rows: Object.entries(values).flatMap(([label, value]) => (value === null ? [] : [{ label, value }])),
  };
}

const LONGEST_GREETED_NAME = 40;
const LOOKS_LIKE_A_LINK = /[:/\\@]|\.\p{L}{2}/u;

/**
 * `Hello Ada,`, without the name when that looks like a link: mail programs would make it one, and whoever registers
 * somebody else's address chooses the name.
 */
export function greeting(firstName: string): MailBlock {
  const unfit = firstName.length > LONGEST_GREETED_NAME || LOOKS_LIKE_A_LINK.test(firstName);
  return paragraph(unfit ? 'Hello,' : `Hello ${firstName},`);
}
