import { loadConfig } from './config/config.ts';
import { readEnv } from './config/env.ts';
import { withSecretFiles } from './config/secret-files.ts';
import { failToStart } from './config/start-failure.ts';
import { EmbeddedDatabase } from './database/embedded-database.ts';

/** Starts the server and stops it on SIGTERM or SIGINT; a second signal ends it at once. */
async function main(): Promise<void> {
  const config = loadConfig(readEnv(withSecretFiles()));
  // The program's modules take as long to load as the embedded database to open, in its thread: so both at once.
  let embedded =
    config.database.kind === 'embedded' && !config.seedDemo
      ? await EmbeddedDatabase.open(config.database.dataDir)
      : undefined;
  const [{ createLogger }, { createApp }] = await Promise.all([import('./config/logger.ts'), import('./app.ts')]);
  const logger = createLogger({ level: config.logLevel, isForPeople: process.stdout.isTTY && !config.production });
  for (const warning of config.warnings) logger.warn(warning);
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.resolve(signal));

  if (config.seedDemo) await (await import('./seed/fill-if-empty.ts')).fillIfEmpty(config, logger);

  for (let signal: NodeJS.Signals | null = null; signal === null;) {
    await using app = await createApp(config, logger, { embedded });
    embedded = undefined;
    logger.info(
      { url: app.transport.url, role: config.role, database: config.database.kind },
      'Signalbox is listening',
    );
    if (!config.production && config.role !== 'worker') printWelcome(app.transport.url);
    if (app.bootstrapToken) printBootstrapToken(app.bootstrapToken);

    signal = await Promise.race([stopped.promise, app.bus.relay.wentBack.then(() => null)]);
    if (signal) logger.info({ signal }, 'Draining');
    else logger.error('The log went back to an older state: forgetting all about the newer one and starting anew');
  }
}

/** For who sees the server for the first time, below the lines of the log. */
function printWelcome(url: string): void {
  process.stderr.write(`\nSignalbox is ready. Open ${url} in a browser for GraphiQL.\n`);
}

/** To the terminal and not to the log: whoever started the first node may see it, whoever collects logs may not. */
function printBootstrapToken(token: string): void {
  process.stderr.write(
    `\nThere is no administrator yet. Make one with bootstrapAdministrator and this token:\n\n    ${token}\n\n`,
  );
}

try {
  await main();
} catch (error) {
  failToStart(error);
}
