import { loadConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { createLogger } from './config/logger.ts';
import { withSecretFiles } from './config/secret-files.ts';
import { failToStart } from './config/start-failure.ts';
import { describeAccounts } from './seed/describe-accounts.ts';
import { findObstacle, type Obstacle } from './seed/filled.ts';

class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** `npm run seed`: fills an empty database with demo data, once, and ends. */
async function main(): Promise<void> {
  const config = loadConfig(readEnv(withSecretFiles()));
  if (config.production) throw new RefusedError('Demo data is for development: it does not go into production.');
  const logger = createLogger({ level: config.logLevel === 'info' ? 'warn' : config.logLevel });
  const place = config.database.kind === 'embedded' ? `the folder ${config.database.dataDir}` : 'the database';
  const obstacle = await findObstacle(config, logger);
  if (obstacle === 'FILLED') {
    process.stdout.write(`There is demo data in ${place} already. Nothing was changed.\n`);
    return;
  }
  if (obstacle !== null) throw new RefusedError(REFUSALS[obstacle](place));

  const startedAt = performance.now();
  process.stdout.write(`Living through half a year in ${place} …\n`);
  // The whole program: a refusal does not wait for it.
  const { fillWithDemoData } = await import('./seed/fill.ts');
  const accounts = await fillWithDemoData(config, logger);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stdout.write(`Done in ${seconds} s. ${describeAccounts(accounts)}\nNow start the server with npm start.\n`);
}

const REFUSALS: Readonly<Record<Exclude<Obstacle, 'FILLED' | null>, (place: string) => string>> = {
  HALF_FILLED: (place) =>
    `An earlier run was cut off in the middle: ${place} holds a part of the demo data. Remove it, then run npm run seed again.`,
  IN_USE: (place) => `There are accounts in ${place} already. Demo data only goes into an empty one.`,
  SERVED: () => 'A server runs on this database, and would send the mails of the demo data. Stop it first.',
};

try {
  await main();
} catch (error) {
  failToStart(error);
}
