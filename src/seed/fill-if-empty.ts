import type { Config } from '../config/config.ts';
import type { Logger } from '../config/logger.ts';
import { describeAccounts } from './describe-accounts.ts';
import { fillWithDemoData } from './fill.ts';
import { findObstacle } from './filled.ts';

/** For a server that was asked to begin with demo data: fills an empty database, and leaves any other as it is. */
export async function fillIfEmpty(config: Config, logger: Logger): Promise<void> {
  const obstacle = await findObstacle(config, logger);
  if (obstacle !== null) {
    logger.info({ obstacle }, 'No demo data was added: the database is not empty');
    return;
  }
  logger.info('Filling the empty database with demo data; this takes some seconds');
  const accounts = await fillWithDemoData(config, logger.child({}, { level: 'warn' }));
  // Like the bootstrap token: to the terminal, and not to the log.
  process.stderr.write(`\n${describeAccounts(accounts)}\n`);
}
