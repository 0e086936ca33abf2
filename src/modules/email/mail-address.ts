import { EffectRefusedError } from '../../event-bus/define-handler.ts';

/** One mailbox. Made only by `mailAddress` and `parseSender`, so it is fit for an envelope and a header as it stands. */
export interface MailAddress {
  readonly name: string | null;
  readonly address: string;
}

const MAX_ADDRESS = 254;
const MAX_LOCAL_PART = 64;
/** What zod's `email` lets in and more: quoted local parts, comments and lists are left out on purpose, parsers disagree on them. */
const ADDRESS =
  /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)$/;
// oxlint-disable-next-line no-control-regex -- they are what is refused
const NOT_IN_A_HEADER = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** @throws EffectRefusedError when the address is none, or the name could start another header. Repeats neither. */
export function mailAddress(address: string, name: string | null = null): MailAddress {
  const [, localPart = ''] = ADDRESS.exec(address) ?? [];
  if (localPart === '' || localPart.length > MAX_LOCAL_PART || address.length > MAX_ADDRESS) {
    throw new EffectRefusedError('The mail address is malformed.');
  }
  return { name: name === null ? null : headerText(name, 'name of the recipient'), address };
}

/** A text that may become part of a header as it stands. @throws EffectRefusedError for line breaks and other control characters. */
export function headerText(text: string, what: string): string {
  if (NOT_IN_A_HEADER.test(text) || !text.isWellFormed()) {
    throw new EffectRefusedError(`The ${what} holds characters that no mail header may.`);
  }
  return text;
}

/** Reads `user@host` or `Name <user@host>`, the forms that MAIL_FROM is checked for. */
export function parseSender(from: string): MailAddress {
  const named = /^(.*)<([^<>]+)>\s*$/.exec(from);
  const name = named?.[1]?.trim().replace(/^"(.*)"$/, '$1');
  return mailAddress((named?.[2] ?? from).trim(), name || null);
}

export function domainOf({ address }: MailAddress): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Enough for its owner to know an address again, too little for anybody else: `a•••@example.org`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}•••${address.slice(at)}`;
}
