import { REDACTED } from '../event-store/sensitive-field.ts';

/** Shorter ones are parts of other words, and hidden only where they stand by themselves. */
const SHORT = 5;

/** A text without what it quotes of these. */
export function hideTexts(text: string, hidden: readonly string[]): string {
  let shown = text;
  // The longest first: an address may hold a name.
  for (const each of hidden.toSorted((one, other) => other.length - one.length)) {
    if (each.trim() === '') continue;
    shown =
      each.length < SHORT
        ? shown.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(each)}(?![\\p{L}\\p{N}])`, 'gu'), REDACTED)
        : shown.replaceAll(each, REDACTED);
  }
  return shown;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
