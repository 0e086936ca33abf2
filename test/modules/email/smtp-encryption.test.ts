import { expect, test, vi } from 'vitest';
import { MailNotSentError } from '../../../src/modules/email/mail-transport.ts';
import { openSmtpTransport } from '../../../src/modules/email/smtp-transport.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { NEVER, sampleMail } from './sample-mail.ts';

/** The sink's certificate is signed by nobody. */
const TRUST = 'tls.rejectUnauthorized=false';

async function sendTo(url: string): Promise<void> {
  await using transport = openSmtpTransport(url);
  await transport.send(sampleMail(), NEVER);
}

test('smtps encrypts from the first byte and checks the certificate', async () => {
  await using sink = await startSmtpSink({ encryption: 'smtps' });
  await expect(sendTo(sink.url)).rejects.toBeInstanceOf(MailNotSentError);
  expect(sink.mails).toHaveLength(0);

  await sendTo(`${sink.url}/?${TRUST}`);
  expect(sink.mails).toMatchObject([{ encrypted: true }]);
});

test('smtp encrypts where the server offers it, and checks the certificate', async () => {
  await using sink = await startSmtpSink({ encryption: 'starttls' });
  await expect(sendTo(sink.url)).rejects.toBeInstanceOf(MailNotSentError);
  await sendTo(`${sink.url}/?${TRUST}`);
  await sendTo(`${sink.url}/?ignoreTLS=true`);
  expect(sink.mails.map((mail) => mail.encrypted)).toEqual([true, false]);
});

test('a password never crosses an open connection, unless the URL says so', async () => {
  await using sink = await startSmtpSink();
  const url = sink.url.replace('smtp://', 'smtp://robot:s%40cret@');
  await expect(sendTo(url)).rejects.toBeInstanceOf(MailNotSentError);
  expect(sink.mails).toHaveLength(0);

  await sendTo(`${url}/?ignoreTLS=true`);
  expect(sink.mails).toMatchObject([{ user: 'robot' }]);
});

test('a URL cannot turn on the printing of mails', async () => {
  await using sink = await startSmtpSink();
  using printed = vi.spyOn(console, 'log');
  await sendTo(`${sink.url}/?logger=true&debug=true&transactionLog=true`);
  expect(sink.mails).toHaveLength(1);
  expect(printed).not.toHaveBeenCalled();
});
