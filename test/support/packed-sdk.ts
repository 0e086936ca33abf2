import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSdk } from '../../scripts/build-sdk.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A folder of an application that has installed the SDK as it is published. */
export interface SdkApplication extends AsyncDisposable {
  readonly folder: string;
  /** Copies a file of the repository into it, and gives its new path. */
  add(path: string): Promise<string>;
}

export async function createSdkApplication(packages: readonly string[] = ['graphql-ws']): Promise<SdkApplication> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-application-'));
  const modules = join(folder, 'node_modules');
  await buildSdk(join(modules, '@signalbox/client'));
  for (const name of packages) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  }
  return {
    folder,
    add: async (path) => {
      const copy = join(folder, path);
      await cp(join(ROOT, path), copy, { recursive: true });
      return copy;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
