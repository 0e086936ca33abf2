import { loadOrCreateKeyFile } from '../../config/key-file.ts';
import { generateSigningKeyText, parseSigningKeys, type SigningKeys } from './signing-key.ts';

export interface LoadedSigningKeys {
  readonly keys: SigningKeys;
  /** This call made the file. */
  readonly created: boolean;
  /** Group or others may read or write the file: worth a warning. Always false on Windows, which has no such bits. */
  readonly readableByOthers: boolean;
}

/** The signing keys kept in `file`, made at the first call: for development, see `loadOrCreateKeyFile`. */
export async function loadOrCreateSigningKey(file: string): Promise<LoadedSigningKeys> {
  const { text, ...facts } = await loadOrCreateKeyFile(file, 'signing key', generateSigningKeyText);
  return { ...facts, keys: parseSigningKeys(text, `The signing key file ${file}`) };
}
