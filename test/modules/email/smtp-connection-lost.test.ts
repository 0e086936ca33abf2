import { expect, test } from 'vitest';
import { MailNotSentError } from '../../../src/modules/email/mail-transport.ts';
import { openSmtpTransport } from '../../../src/modules/email/smtp-transport.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { NEVER, sampleMail } from './sample-mail.ts';

test('a connection lost after the mail was handed over is trouble to retry, and the transport repeats nothing by itself', async () => {
  await using sink = await startSmtpSink();
  await using transport = openSmtpTransport(sink.url);

  sink.behaviour = 'drop-after-data';
  await expect(transport.send(sampleMail(), NEVER)).rejects.toBeInstanceOf(MailNotSentError);
  expect(sink.mails).toHaveLength(1);

  // On a connection that has carried a mail before, too.
  sink.behaviour = 'accept';
  await transport.send(sampleMail(), NEVER);
  sink.behaviour = 'drop-after-data';
  await expect(transport.send(sampleMail(), NEVER)).rejects.toBeInstanceOf(MailNotSentError);
  expect(sink.mails).toHaveLength(3);

  sink.behaviour = 'accept';
  await transport.send(sampleMail(), NEVER);
  expect(sink.mails).toHaveLength(4);
});

test('a server that is not there is trouble to retry', async () => {
  const sink = await startSmtpSink();
  await sink[Symbol.asyncDispose]();
  await using transport = openSmtpTransport(sink.url);

  const failure = transport.send(sampleMail(), NEVER);
  await expect(failure).rejects.toBeInstanceOf(MailNotSentError);
  // A system error's code would make the runner believe that its database is away.
  await expect(failure).rejects.not.toHaveProperty('code');
  await expect(failure).rejects.not.toHaveProperty('cause');
});
