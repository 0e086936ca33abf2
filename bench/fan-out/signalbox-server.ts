import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/config/logger.ts';
import { bootstrap } from '../../test/support/factories.ts';
import { GraphqlClient } from '../../test/support/graphql-client.ts';
import { answerParent, usage } from './child.ts';
import type { ServerApi } from './scenario.ts';

let app: App | null = null;

/** Everything the program does but run handlers, which would react to the events. */
answerParent({
  async start({ databaseUrl, redisUrl, channel }) {
    const config = loadConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      LOG_LEVEL: 'error',
      SIGNALBOX_ROLE: 'api',
      SIGNALBOX_LIMIT_CONNECTIONS_PER_ADDRESS: '10000',
      SIGNALBOX_LIMIT_CONNECTIONS_PER_USER: '10000',
      SIGNALBOX_LIMIT_CONNECTIONS_PER_SECOND: '10000',
      SIGNALBOX_ACCESS_TOKEN_MINUTES: '15',
      SIGNALBOX_DATA_DIR: await mkdtemp(join(tmpdir(), 'signalbox-bench-')),
      SIGNALBOX_SIGNING_KEY: randomBytes(32).toString('base64'),
    });
    app = await createApp(config, createLogger({ level: 'error' }), { channel });
    const client = new GraphqlClient(app.transport.url);
    const { accessToken } = await bootstrap(client, app.bootstrapToken ?? '');
    return { port: app.transport.port, token: accessToken };
  },
  live: () => app?.bus.streams.hub.size ?? 0,
  usage,
} satisfies ServerApi);
