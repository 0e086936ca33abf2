// A worker as a process of its own, for tests that kill or stop it. Its one argument is JSON: { sinkUrl, lanes, projects, saga };
// the URL is of an effect sink, or of a file.

import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { readEnv } from '../../src/config/env.ts';
import { createLogger } from '../../src/config/logger.ts';
import { canary, notingCourier, postingCourier } from '../event-bus/handlers/sample-handlers.ts';
import { totals } from '../event-bus/projections/sample-projection.ts';
import { delivery } from '../event-bus/sagas/sample-saga.ts';

const { sinkUrl, lanes, projects, saga } = JSON.parse(process.argv[2] ?? '{}') as {
  sinkUrl: string;
  lanes: number;
  projects?: boolean;
  saga?: boolean;
};
const sink = new URL(sinkUrl);
const stopped = Promise.withResolvers<void>();
process.once('SIGTERM', () => stopped.resolve());

const config = loadConfig(readEnv(process.env));
await using app = await createApp(config, createLogger({ level: config.logLevel }), {
  handlers: [
    canary({ lanes, repeatable: true }),
    sink.protocol === 'file:' ? notingCourier(sink, { lanes }) : postingCourier(sinkUrl, { lanes }),
  ],
  projections: projects === true ? [totals()] : [],
  sagas: saga === true ? [delivery()] : [],
});
process.stdout.write(`${JSON.stringify({ node: app.bus.node })}\n`);
await stopped.promise;
