import { loadConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { createLogger } from './config/logger.ts';
import { withSecretFiles } from './config/secret-files.ts';
import { failToStart } from './config/start-failure.ts';
import { openDatabase } from './database/database.ts';
import { migrateEmbedded, migrateUp } from './database/migrator.ts';

/** `npm run migrate`: brings the configured database up to date and ends. */
async function main(): Promise<void> {
  const config = loadConfig(readEnv(withSecretFiles()));
  const logger = createLogger({ level: config.logLevel });
  await using database = await openDatabase(config.database, { entities: [], logger });
  const done = await (database.kind === 'embedded' ? migrateEmbedded : migrateUp)(database.orm);
  logger.info({ migrations: done }, done.length > 0 ? 'Migrated' : 'Nothing to migrate');
}

try {
  await main();
} catch (error) {
  failToStart(error);
}
