import { expect, test } from 'vitest';
import {
  defineExternalHandler,
  defineTransactionalHandler,
  EffectRefusedError,
} from '../../../src/event-bus/define-handler.ts';
import { UserCreated } from '../../../src/modules/users/user.events.ts';
import { createUser } from '../../support/factories.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const READ = { events: [UserCreated], decrypts: ['user.email', 'user.firstName'], startAt: 'now' } as const;
const quoting = defineTransactionalHandler({
  ...READ,
  name: 'quotes-what-it-reads',
  retry: { maxAttempts: 1 },
  async handle([event]) {
    throw new TypeError(`Cannot read ${event?.data.user.email} of ${event?.data.user.firstName}`);
  },
});
const refusing = defineExternalHandler({
  ...READ,
  name: 'quotes-to-whom-it-writes',
  dependency: 'somewhere',
  async handle(event) {
    throw new EffectRefusedError(`550 <${event.data.user.email}> no such user`);
  },
});

test('what a handler has read in clear is in no dead letter, no state of a handler and no line of the log', async () => {
  await using app = await startTestApp({ overrides: { handlers: [quoting, refusing] } });
  const { email } = await createUser(app.admin.client, { firstName: 'Zerlina' });
  const errors = async () => {
    const rows = await app.sql<{ text: string }>(
      `select coalesce(p.error_message, '') || '|' || coalesce(h.last_error, '') as text from parked_event p
       join handler h on h.name = p.handler where p.handler = any($1) and p.state = 'dead' order by p.handler desc, p.position`,
      [[quoting.name, refusing.name]],
    );
    return rows.map(({ text }) => text);
  };
  // Of the administrator and of the user, by each handler.
  await waitFor(async () => (await errors()).length === 4, { describe: 'the dead letters' });
  const shown = (await errors()).join('\n');
  expect(shown).toContain('Cannot read [redacted] of [redacted]|Cannot read [redacted] of [redacted]');
  expect(shown).toContain('550 <[redacted]> no such user|550 <[redacted]> no such user');
  for (const text of [shown, ...app.logs]) {
    expect(text).not.toContain(email);
    expect(text).not.toContain('Zerlina');
  }
});
