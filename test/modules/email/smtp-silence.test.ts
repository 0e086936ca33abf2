import { expect, test } from 'vitest';
import { MailNotSentError } from '../../../src/modules/email/mail-transport.ts';
import { openSmtpTransport } from '../../../src/modules/email/smtp-transport.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { waitFor } from '../../support/wait-for.ts';
import { NEVER, sampleMail } from './sample-mail.ts';

test('a server that stops answering is given up after the time of silence', async () => {
  await using sink = await startSmtpSink();
  await using transport = openSmtpTransport(sink.url, { connectionMs: 5_000, greetingMs: 5_000, silenceMs: 200 });
  sink.behaviour = 'hang';

  await expect(transport.send(sampleMail(), NEVER)).rejects.toThrow(
    new MailNotSentError('The mail was not sent (CONN ETIMEDOUT).'),
  );
});

test('a send that is called off ends at once, and the next one gets through', async () => {
  await using sink = await startSmtpSink();
  await using transport = openSmtpTransport(sink.url);
  sink.behaviour = 'hang';
  const caller = new AbortController();

  const sending = transport.send(sampleMail(), caller.signal);
  await waitFor(() => sink.mails.length === 1, { describe: 'the mail to be handed over' });
  caller.abort();
  await expect(sending).rejects.toThrow(new MailNotSentError('The mail was not sent (EABORT).'));

  sink.behaviour = 'accept';
  await transport.send(sampleMail(), NEVER);
  expect(sink.mails).toHaveLength(2);
});
