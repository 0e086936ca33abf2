import { expect, test } from 'vitest';
import { ConnectionSwitch } from '../support/connection-switch.ts';
import { bootstrap, personInput } from '../support/factories.ts';
import { TRANSPORTS } from '../support/graphql-requests.ts';
import { ME, MUTATIONS } from '../support/operations.ts';
import { createDeployment } from '../support/test-app.ts';

test('while the database is away requests and streams are told that it is worth trying again, and afterwards it is', async () => {
  await using deployment = await createDeployment();
  await using database = await ConnectionSwitch.listen(deployment.env['DATABASE_URL'] ?? '');
  await using node = await deployment.startNode({ DATABASE_URL: database.url });
  const { client: admin, accessToken } = await bootstrap(node.client, node.app.bootstrapToken ?? '');
  const authorization = `Bearer ${accessToken}`;
  const ask = [
    { transport: 'http', request: { query: ME } },
    { transport: 'http', request: { query: MUTATIONS.createUser, variables: { input: personInput() } } },
    { transport: 'sse', request: { query: ME } },
    { transport: 'sse', request: { query: 'subscription { domainEvents { id } }' } },
  ] as const;

  database.isDown = true;
  database.cut();
  for (const { transport, request } of ask) {
    const run = TRANSPORTS.find(({ name }) => name === transport)?.run;
    const results = await run?.(node, request, authorization);
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] }]);
  }
  database.isDown = false;
  expect(await admin.codeOf(ME)).toBeNull();
});
