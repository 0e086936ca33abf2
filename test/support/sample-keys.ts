import { randomBytes } from 'node:crypto';
import { masterKeyWrapper } from '../../src/event-store/key-wrapper.ts';
import { SubjectKeys } from '../../src/event-store/subject-keys.ts';

/** Base64 of a new master key. */
export function newMasterKey(): string {
  return randomBytes(32).toString('base64');
}

/** Keys of people as one node knows them, under a master key of their own unless one is given. */
export function sampleKeys(masterKeys: readonly string[] = [newMasterKey()]): SubjectKeys {
  return new SubjectKeys(masterKeyWrapper(masterKeys));
}
