import { join } from 'node:path';

/** What `npm start` gives Node for a quick start: modules compiled by an earlier process, wasm compiled once and plainly. */
export const QUICK_START = {
  flags: ['--wasm-tiering-budget=400000000'],
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/node') },
} as const;
