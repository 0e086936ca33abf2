const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** RFC 3339 → `23 November 2026 at 16:40 UTC`. */
export function formatTime(time: string): string {
  return `${FORMAT.format(new Date(time))} UTC`;
}
