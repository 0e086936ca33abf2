import { createLogger } from '../../../src/config/logger.ts';
import { expect, test } from 'vitest';
import { parseSender } from '../../../src/modules/email/mail-address.ts';
import { Mailer } from '../../../src/modules/email/mailer.ts';
import { openSmtpTransport } from '../../../src/modules/email/smtp-transport.ts';
import { type TokenMail, TokenMailer, type TokenMailerLimits } from '../../../src/modules/email/token-mailer.ts';
import { readMail } from '../../support/read-mail.ts';
import { type SmtpSink, startSmtpSink } from '../../support/smtp-sink.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMITS: TokenMailerLimits = { maxPending: 2, leadMs: 0, pausesMs: [10, 250], timeoutMs: 10_000, drainMs: 50 };
const MAIL: TokenMail = {
  purpose: 'RESET_PASSWORD',
  token: 'canary-token-7f3a91c2',
  expiresAt: '2026-11-23T17:40:00.000Z',
  to: { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' },
};

function startTokenMailer(sink: SmtpSink) {
  const logs: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void logs.push(line) } });
  const sender = parseSender('Signalbox <robot@example.com>');
  const brand = { name: 'Signalbox', publicUrl: 'https://app.example.org' };
  const transport = openSmtpTransport(sink.url);
  const tokens = new TokenMailer(new Mailer({ transport, sender, brand, logger }), logger, LIMITS);
  return {
    tokens,
    logs,
    async [Symbol.asyncDispose]() {
      await tokens[Symbol.asyncDispose]();
      await transport[Symbol.asyncDispose]();
    },
  };
}

test('a mail with a token is tried again, and neither token nor address reaches the log', async () => {
  await using sink = await startSmtpSink();
  await using mailer = startTokenMailer(sink);
  sink.behaviour = 'try-later';

  mailer.tokens.send(MAIL);
  await waitFor(() => sink.attempts >= 1, { describe: 'an attempt' });
  sink.behaviour = 'accept';
  await waitFor(() => mailer.logs.some((line) => line.includes('"Mail sent"')), { describe: 'the mail' });

  const { text, headers } = readMail(sink.mails[0]?.raw ?? '');
  expect(sink.mails).toHaveLength(1);
  expect(headers.get('to')).toEqual(['Ada Lovelace <ada@example.org>']);
  expect(text).toContain('https://app.example.org/reset-password#token=canary-token-7f3a91c2');
  expect(mailer.logs.join('')).toContain('"Mail not sent, to be tried again"');
  expect(mailer.logs.join('')).not.toMatch(/canary|ada@|Lovelace/);
});

test('it is given up when the tries are used up, or at once when the address is refused', async () => {
  await using sink = await startSmtpSink();
  await using mailer = startTokenMailer(sink);
  const givenUp = (count: number) =>
    waitFor(() => mailer.logs.filter((line) => line.includes('"Mail given up"')).length === count, {
      describe: `${count} mails given up`,
    });

  sink.behaviour = 'try-later';
  mailer.tokens.send(MAIL);
  await givenUp(1);
  expect(sink.attempts).toBe(3);
  sink.behaviour = 'refuse-recipient';
  mailer.tokens.send(MAIL);
  await givenUp(2);
  expect(sink.attempts).toBe(4);
  mailer.tokens.send({ ...MAIL, to: { ...MAIL.to, email: 'ada@example.org\r\nBcc: eve@example.net' } });
  await givenUp(3);
  expect(sink.attempts).toBe(4);
  expect(sink.mails).toHaveLength(0);
});

test('mails above the limit are dropped, and a stop does not wait for a server that hangs', async () => {
  await using sink = await startSmtpSink();
  sink.behaviour = 'hang';
  {
    await using mailer = startTokenMailer(sink);
    for (let count = 0; count < 3; count++) mailer.tokens.send(MAIL);
    expect(mailer.logs.filter((line) => line.includes('"Mail dropped'))).toHaveLength(1);
    await waitFor(() => sink.mails.length === 2, { describe: 'two mails under way' });
  }
  expect(sink.mails).toHaveLength(2);
});
