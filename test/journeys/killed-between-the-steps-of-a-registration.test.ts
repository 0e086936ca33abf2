import { expect, test } from 'vitest';
import { bootstrap, personInput, succeed } from '../support/factories.ts';
import { holdRows } from '../support/held-rows.ts';
import { stepsOf, untilSagaIs } from '../support/sagas.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';
import { findLogFaults } from '../support/stored-log.ts';
import { createDeployment } from '../support/test-app.ts';

const LOCK = 88_003;

// Where the process dies: with the row of that table about to be written, in the transaction of its step.
test.for([
  ['user_settings', 'its first step'],
  ['onboarding', 'its second step'],
] as const)(
  'a registration whose process is killed in the middle of %s is gone on with, and everything is there once',
  { timeout: 120_000 },
  async ([table]) => {
    await using sink = await startSmtpSink();
    await using deployment = await createDeployment();
    const env = { ...deployment.env, SMTP_URL: sink.url, MAIL_FROM: 'robot@example.com' };
    await using server = await SignalboxProcess.start(env);
    const { client, accessToken, user: root } = await bootstrap(server.client, await server.bootstrapToken());
    await untilSagaIs(client, 'registration', root.id, 'COMPLETED');

    await using looking = await deployment.startNode({ SIGNALBOX_ROLE: 'api' });
    await looking.sql(`create function hold() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(${LOCK}); return new; end $$`);
    await looking.sql(`create trigger gate before insert on ${table} for each row execute function hold()`);
    await using gate = await holdRows(deployment.env['DATABASE_URL'] ?? '', `select pg_advisory_lock(${LOCK})`, []);
    const { user } = await succeed(client, 'createUser', { input: personInput({ email: 'ada@example.org' }) });
    await gate.untilWaiting(1);
    server.signal('SIGKILL');
    await server.untilEnded();
    await gate[Symbol.asyncDispose]();

    await using _next = await SignalboxProcess.start(env);
    const saga = await untilSagaIs(looking.client.as(accessToken), 'registration', user?.id ?? '', 'COMPLETED');
    expect(stepsOf(saga)).toEqual([
      'STARTED',
      'STEP_DONE create-settings',
      'STEP_DONE start-onboarding',
      'STEP_DONE ask-for-welcome-mail',
      'STEP_DONE note-welcome-mail',
      'COMPLETED',
    ]);
    const events = await looking.app.bus.log.readStream('User', user?.id ?? '');
    expect(events.map(({ type }) => type)).toEqual([
      'USER_CREATED',
      'USER_REGISTRATION_COMPLETED',
      'USER_ONBOARDING_STARTED',
      'SEND_WELCOME_EMAIL',
      'WELCOME_EMAIL_SENT',
    ]);
    expect(await looking.sql('select 1 from user_settings where user_id = $1', [user?.id])).toHaveLength(1);
    const welcomes = sink.mails.filter(
      ({ to, raw }) => to.includes('ada@example.org') && /^Subject: Welcome /m.test(raw),
    );
    expect(welcomes).toHaveLength(1);
    expect(await findLogFaults(looking.sql)).toEqual([]);
  },
);
