import { randomInt } from 'node:crypto';

/** Crockford's: nothing in it is taken for something else when it is read out or typed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = 'ORD';
const GROUP = 5;

/**
 * A new order number, as `ORD-7K3M9-QXT4W`: drawn by chance from 2^50, so that it tells nobody how many orders there are
 * and no two writers have to agree. The table has the last word on whether it is unique.
 */
export function newOrderNumber(): string {
  const group = (): string => Array.from({ length: GROUP }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${PREFIX}-${group()}-${group()}`;
}

/** What the numbers begin with that somebody means who typed this, with or without prefix, hyphens and the right case. */
export function orderNumberPrefix(typed: string): string {
  const meant = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  const digits = (meant.startsWith(PREFIX) ? meant.slice(PREFIX.length) : meant)
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const second = digits.length > GROUP ? `-${digits.slice(GROUP)}` : '';
  return `${PREFIX}-${digits.slice(0, GROUP)}${second}`;
}
