const SHOWN_LINES = 6;

/** Where two texts part: a few lines of each from there on, with their line number; null when they are equal. */
export function firstDifference(expected: string, actual: string): string | null {
  if (expected === actual) return null;
  const expectedLines = expected.split('\n');
  const actualLines = actual.split('\n');
  let start = 0;
  while (expectedLines[start] === actualLines[start]) start++;
  const shown = (sign: string, lines: readonly string[]) =>
    lines.slice(start, start + SHOWN_LINES).map((line) => `  ${sign} ${line}`);
  return [`  line ${start + 1}:`, ...shown('-', expectedLines), ...shown('+', actualLines)].join('\n');
}
