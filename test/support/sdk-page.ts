import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { createClient, localStorageStore } from '../../sdk/src/index.ts';
import { createSdkApplication } from './packed-sdk.ts';

/** What the page's scripts find in `window`. */
export interface SdkWindow {
  readonly createClient: typeof createClient;
  readonly localStorageStore: typeof localStorageStore;
}

const ENTRY = `import { createClient, localStorageStore } from '@signalbox/client';
Object.assign(globalThis, { createClient, localStorageStore });`;

/** An empty page of an origin of its own that has loaded the SDK, as it is published and as a bundler leaves it. */
export class SdkPage implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async serve(): Promise<SdkPage> {
    const bundle = await bundleSdk();
    const server = createServer((request, response) => {
      const isScript = request.url === '/sdk.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(
        isScript
          ? bundle
          : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/sdk.js"></script>',
      );
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return new SdkPage(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

async function bundleSdk(): Promise<string> {
  await using application = await createSdkApplication();
  const input = join(application.folder, 'entry.js');
  await writeFile(input, ENTRY);
  const bundle = await rolldown({ input, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'esm' });
  return output[0].code;
}
