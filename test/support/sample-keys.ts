import { masterKeyWrapper } from '../../src/event-store/key-wrapper.ts';
import { SubjectKeys } from '../../src/event-store/subject-keys.ts';
import { secretKey } from './canaries.ts';

/** Base64 of a new master key. */
export function newMasterKey(): string {
  return secretKey();
}

/** That of all nodes of a test which are given none. */
const MASTER_KEY = newMasterKey();

/** Keys of people as one node knows them. */
export function sampleKeys(masterKeys: readonly string[] = [MASTER_KEY]): SubjectKeys {
  return new SubjectKeys(masterKeyWrapper(masterKeys));
}
