import { defineConfig } from 'vitest/config';
import { findScratchFolder } from './test/support/scratch-folder.ts';

// Before the workers are started, which inherit it.
process.env['TMPDIR'] = findScratchFolder();

export default defineConfig({
  // The package has no `exports`: Vite would load its ES modules for our files while Node gives CommonJS to the libraries.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'demo/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/canary-watch.ts'],
    pool: 'forks',
    // Many tests wait for a timer or another process: a third worker keeps two cores busy.
    maxWorkers: 3,
    // Files of one worker share their modules: importing them anew for each took a third of the time. No test leaves a
    // module in another state than it found it in.
    isolate: false,
    // Patience costs nothing where what is awaited comes, and machines differ by a factor of three.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
