import { expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { signedInUser } from '../support/factories.ts';
import { argumentPlaces, operationWith } from '../support/schema-walk.ts';
import { StatementTap } from '../support/statement-tap.ts';
import { startTestApp } from '../support/test-app.ts';

/** Passes for a name, a search and an address; no program's own text has it. */
const CANARY = 'zqcanary7';
const VALUES: Readonly<Record<string, string>> = {
  String: `${CANARY}@example.com`,
  ID: `zqcanary-7777-7777-8777-777777777777`.replace('zqcanary', 'abcdca7a'),
};

test('whatever clients write, no SQL text contains it', async () => {
  await using app = await startTestApp();
  const person = await signedInUser(app.admin.client);
  await using tap = await StatementTap.listen(app.deployment.env['DATABASE_URL'] ?? '');
  await using node = await app.deployment.startNode({ DATABASE_URL: tap.url, SIGNALBOX_ROLE: 'api' });
  const from = tap.statements.length;
  for (const place of argumentPlaces(buildSchema(), Object.keys(VALUES))) {
    // A subscription that is accepted does not end.
    if (place.root.kind === 'subscription') continue;
    const { query, variables } = operationWith(place, VALUES[place.typeName]);
    await app.admin.client.at(node.url).send(query, variables);
    await person.client.at(node.url).send(query, variables);
  }
  const ours = tap.statements.slice(from);
  expect(ours.length).toBeGreaterThan(100);
  expect(ours.filter((text) => text.includes(CANARY) || text.includes('abcdca7a'))).toEqual([]);
});
