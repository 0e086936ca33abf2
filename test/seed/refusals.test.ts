import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/config/logger.ts';
import { findObstacle } from '../../src/seed/filled.ts';
import { secretKey } from '../support/canaries.ts';
import { bootstrap } from '../support/factories.ts';
import { runSeed } from '../support/seed-program.ts';
import { createDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

test('production is refused', async () => {
  const refused = await runSeed({
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SIGNALBOX_MASTER_KEY: secretKey(),
    SIGNALBOX_SIGNING_KEY: secretKey(),
    PUBLIC_URL: 'https://example.com',
  });
  expect(refused).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Demo data is for development: it does not go into production.\n',
  });
});

test('what stands in the way of filling a database is found without changing it', async () => {
  await using deployment = await createDeployment();
  const config = loadConfig(deployment.env);
  const find = () => findObstacle(config, createLogger({ level: 'silent' }));
  expect(await find()).toBeNull();

  await using node = await deployment.startNode();
  const events = async () => (await node.sql<{ count: string }>('select count(*)::text as count from event'))[0]?.count;
  await waitFor(async () => (await find()) !== null, { describe: 'the handlers of the server to be seen' });
  const atFirst = await events();
  expect(await find(), 'a server would send the mails').toBe('SERVED');
  expect(await events()).toBe(atFirst);

  await bootstrap(node.client, node.app.bootstrapToken ?? '');
  expect(await find(), 'there are accounts').toBe('IN_USE');

  // As a run that was cut off leaves it.
  await node.sql(
    `insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, command_id, data, metadata)
     values (gen_random_uuid(), nextval('event_number'), 'X', 'x', 1, 'X', 1, gen_random_uuid(), '{}', $1)`,
    [{ correlationId: '5eed0000-0000-4000-8000-000000000001' }],
  );
  expect(await find(), 'a run was cut off').toBe('HALF_FILLED');
});
