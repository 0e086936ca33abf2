import { ConfigError, loadConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { createLogger } from './config/logger.ts';
import { openDatabase } from './database/database.ts';
import { migrateEmbedded, migrateUp } from './database/migrator.ts';

/** `npm run migrate`: brings the configured database up to date and ends. */
async function main(): Promise<void> {
  const config = loadConfig(readEnv());
  const logger = createLogger({ level: config.logLevel });
  await using database = await openDatabase(config.database, { entities: [], logger });
  const done = await (database.kind === 'embedded' ? migrateEmbedded : migrateUp)(database.orm);
  logger.info({ migrations: done }, done.length > 0 ? 'Migrated' : 'Nothing to migrate');
}

try {
  await main();
} catch (error) {
  const isExpected = error instanceof ConfigError || (error instanceof Error && error.name === 'FolderLockedError');
  process.stderr.write(
    `${isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
