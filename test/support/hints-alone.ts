/**
 * For a node that learns of events by hints alone: it looks by itself so seldom that whoever waits for `BEFORE_A_LOOK_MS`
 * gives up before, and it runs no handlers, whose commits would have it look.
 */
export const HINTS_ALONE = {
  SIGNALBOX_ROLE: 'api',
  SIGNALBOX_STREAM_POLL_MAX_MS: '10000',
  SIGNALBOX_STREAM_POLL_MIN_MS: '10000',
} as const;

/** Shorter than the pause between two looks; one may be due by chance, so wait for several events in turn. */
export const BEFORE_A_LOOK_MS = 7_000;
