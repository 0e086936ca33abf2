import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ConfigError, type Config } from './config.ts';
import { loadOrCreateKeyFile } from './key-file.ts';
import { parseRandomKey } from './secret-key.ts';

/**
 * The keys that wrap the keys of people's data: of SIGNALBOX_MASTER_KEY, or in development of a file beside the database,
 * made at the first start. Base64 of 32 bytes each; the first wraps, all unwrap.
 *
 * @throws ConfigError when the file holds no key.
 */
export async function masterKeysOf(
  { encryption, dataDir }: Pick<Config, 'encryption' | 'dataDir'>,
  logger: Pick<Logger, 'warn'>,
): Promise<readonly string[]> {
  if (encryption.masterKeys.length > 0) return encryption.masterKeys;
  const file = join(dataDir, 'master-key');
  const loaded = await loadOrCreateKeyFile(file, 'master key', () => randomBytes(32).toString('base64'));
  if (loaded.readableByOthers) logger.warn({ file }, 'The master key file is readable by others');
  const key = parseRandomKey(loaded.text.trim());
  if (key === undefined) {
    const sentence = `The master key file ${file} holds no key: give SIGNALBOX_MASTER_KEY, or remove the file if nothing was encrypted with it.`;
    throw new ConfigError([{ variables: ['SIGNALBOX_MASTER_KEY'], sentence }]);
  }
  return [key];
}
