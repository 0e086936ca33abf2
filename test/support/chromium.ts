import { type Browser, chromium } from 'playwright-core';
import { installDebianPackage, isExecutable } from './server-binaries.ts';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** Every flag but the first two keeps the browser from talking to anyone but the page's server. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless browser of the caller's own: `CHROMIUM_PATH`, or else Debian's, which is installed when it may be. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), headless: true, args: FLAGS });
}

async function findChromium(): Promise<string> {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  if (await isExecutable(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
  if ((await installDebianPackage('chromium')) && (await isExecutable(DEBIAN_CHROMIUM))) return DEBIAN_CHROMIUM;
  throw new Error(
    'The tests of GraphiQL need a browser: install the package chromium, or set CHROMIUM_PATH to a Chromium or Chrome.',
  );
}
