import type { Cast } from './cast.ts';
import type { Mailbox } from './mailbox.ts';
import type { SeedPerson } from './people.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** In minutes. */
export const DAY = 24 * 60;

/** What every part of the history is told with. */
export interface Stage {
  readonly cast: Cast;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly mailbox: Mailbox;
  /** Has the handlers get what happened now. */
  readonly wake: () => void;
  /** Until handlers and sagas have done what follows from all there is, so that it stands before what comes next. */
  readonly settled: () => Promise<void>;
  readonly people: readonly SeedPerson[];
  readonly admin: SeedPerson;
  readonly manager: SeedPerson;
  /** By username; of the demo accounts only. */
  readonly passwords: ReadonlyMap<string, string>;
}
