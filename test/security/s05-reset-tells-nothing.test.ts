import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, PASSWORD, type ShownUser, succeed } from '../support/factories.ts';
import { MUTATIONS } from '../support/operations.ts';
import { StatementTap } from '../support/statement-tap.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let known: ShownUser;
let disabled: ShownUser;
beforeAll(async () => {
  app = await startTestApp();
  known = await createUser(app.admin.client, { password: PASSWORD });
  disabled = await createUser(app.admin.client, { password: PASSWORD });
  await succeed(app.admin.client, 'deactivateUser', { id: disabled.id });
});
afterAll(() => app[Symbol.asyncDispose]());

const addresses = () => ['nobody@example.com', known.email, disabled.email];

test('who asks for a new password gets one answer, whether there is such an account or not', async () => {
  const answers = [];
  for (const email of addresses()) {
    const { status, headers, result } = await app.client.send(MUTATIONS.requestPasswordReset, { email });
    answers.push(JSON.stringify({ status, length: headers.get('content-length'), result }));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('RequestPasswordResetPayload');
});

test('the database is asked the same, and writes one row, before the answer', async () => {
  await using tap = await StatementTap.listen(app.deployment.env['DATABASE_URL'] ?? '');
  await using node = await app.deployment.startNode({ DATABASE_URL: tap.url, SIGNALBOX_ROLE: 'api' });
  const asked = [];
  for (const email of addresses()) {
    asked.push(
      await tap.during(/app_user\b|account_token|event_stream/, () =>
        succeed(node.client, 'requestPasswordReset', { email }),
      ),
    );
  }
  expect(asked[0]).toHaveLength(1);
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[2]).toEqual(asked[0]);
});
