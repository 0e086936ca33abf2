/** `npm run test:reliability`: processes and servers are killed under load, and what the run left is judged. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeSightings } from '../support/canaries.ts';
import { checkHistory } from './checker/check-history.ts';
import type { History } from './checker/history.ts';
import { makePlan } from './plan.ts';
import { carryOut } from './run.ts';
import { readSettings } from './settings.ts';

const FOLDER = '.data/reliability';
const SHOWN_FAULTS = 30;

function tell(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 23)}  ${line}\n`);
}

function summarize({ log, writes, sessionSteps, mails, subscribers, looks, processes }: History): string {
  const attempts = writes.flatMap((write) => write.attempts);
  const count = (outcome: string): number => attempts.filter((attempt) => attempt.outcome === outcome).length;
  const delivered = subscribers.reduce((sum, { received }) => sum + received.length, 0);
  return [
    `${writes.length} writes, answered: ${count('done')} done, ${count('refused')} refused, ${count('unknown')} unknown`,
    `${log.length} events, ${delivered} deliveries, ${mails.length} mails, ${sessionSteps.length} steps of sessions, ${looks.length} looks, ${processes.length} processes ended`,
  ].join('; ');
}

/** Why nobody knew, each reason with how often. */
function describeUnknown({ writes }: History): string {
  const reasons = writes.flatMap(({ attempts }) =>
    attempts.flatMap((attempt) => (attempt.outcome === 'unknown' ? [attempt.why] : [])),
  );
  const counts = [...Map.groupBy(reasons, (why) => why)].map(([why, { length }]) => `${length} × ${why}`);
  return `Unknown because of: ${counts.join(', ')}`;
}

async function main(): Promise<void> {
  const { seed, durationMs, databaseSettings, faults: kinds, isControl } = readSettings();
  tell(`Seed ${seed}, ${durationMs / 1000} s of faults`);
  const { history, evidence } = await carryOut(makePlan(seed, durationMs, kinds), { tell, databaseSettings });
  tell(summarize(history));
  tell(describeUnknown(history));
  const seen = takeSightings().map((sentence) => ({ oracle: 'C13', sentence }));
  const faults = [...checkHistory(history), ...seen];
  if (isControl) {
    const lost = faults.filter(({ oracle }) => oracle === 'C1');
    tell(`${lost.length} acknowledged writes were found to be lost${lost[0] ? `, first: ${lost[0].sentence}` : ''}`);
    process.exitCode = lost.length > 0 ? 0 : 1;
    return;
  }
  if (faults.length === 0) {
    tell(`No fault. Seed ${seed}`);
    return;
  }
  for (const { oracle, sentence } of faults.slice(0, SHOWN_FAULTS)) tell(`${oracle}: ${sentence}`);
  const folder = join(FOLDER, String(seed));
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries({ history, faults, evidence })) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(content, null, 1));
  }
  tell(`${faults.length} faults. Again: RELIABILITY_SEED=${seed} npm run test:reliability. The history: ${folder}`);
  process.exitCode = 1;
}

await main();
