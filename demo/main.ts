/**
 * `npm run demo`: changes, a subscriber, a cut connection and a killed server, with the events counted at the end. The exit
 * status is 0 if none was lost, repeated or out of order. `--fast` leaves out the pauses for reading.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Screen } from './screen.ts';
import { tellStory } from './story.ts';

const { values } = parseArgs({ options: { fast: { type: 'boolean', default: false } } });
const screen = new Screen(process.stdout, ['changes', 'subscriber']);
const cleanup = new AsyncDisposableStack();
const stopped = Promise.race(
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(async (signal) => {
    await once(process, signal);
    return 'stopped' as const;
  }),
);

const story = tellStory({ screen, cleanup, isFast: values.fast });
// After a stop it breaks somewhere, and nobody asks where.
story.catch(() => undefined);
try {
  const outcome = await Promise.race([story, stopped]);
  if (outcome === 'stopped') screen.line('\nStopped. Nothing is left behind.');
  process.exitCode = outcome === 'stopped' ? 130 : outcome ? 0 : 1;
} catch (error) {
  screen.line(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`, 'red');
  process.exitCode = 1;
} finally {
  await cleanup.disposeAsync();
}
process.exit();
