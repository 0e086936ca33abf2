import { loadConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { createLogger } from './config/logger.ts';
import { withSecretFiles } from './config/secret-files.ts';
import { failToStart } from './config/start-failure.ts';
import { masterKeysOf } from './config/master-keys.ts';
import { openDatabase } from './database/database.ts';
import { masterKeyWrapper } from './event-store/key-wrapper.ts';
import { rewrapKeys } from './event-store/rewrap-keys.ts';
import { SecurityLog } from './modules/audit/security-log.ts';

/** `npm run rotate-master-key`: wraps the keys of people's data with the first of SIGNALBOX_MASTER_KEY, and ends. */
async function main(): Promise<void> {
  const config = loadConfig(readEnv(withSecretFiles()));
  const logger = createLogger({ level: config.logLevel });
  const wrapper = masterKeyWrapper(await masterKeysOf(config, logger));
  await using database = await openDatabase(config.database, { entities: [], logger });
  const keys = await rewrapKeys(database, wrapper);
  new SecurityLog(logger).write('MASTER_KEY_ROTATED', { keys, wrappedWith: wrapper.currentKekId });
}

try {
  await main();
} catch (error) {
  failToStart(error);
}
