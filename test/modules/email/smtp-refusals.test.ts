import { expect, test } from 'vitest';
import { EffectRefusedError } from '../../../src/event-bus/define-handler.ts';
import { MailNotSentError } from '../../../src/modules/email/mail-transport.ts';
import { openSmtpTransport } from '../../../src/modules/email/smtp-transport.ts';
import { readMail } from '../../support/read-mail.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { NEVER, sampleMail } from './sample-mail.ts';

test('a recipient refused for good is told from one to try again, and neither error names the address', async () => {
  await using sink = await startSmtpSink();
  await using transport = openSmtpTransport(sink.url);
  const mail = sampleMail();

  sink.behaviour = 'refuse-recipient';
  const refused = new EffectRefusedError('The mail server refused the mail for good (RCPT TO 550 5.1.1).');
  await expect(transport.send(mail, NEVER)).rejects.toThrow(refused);
  await expect(transport.send(mail, NEVER)).rejects.toBeInstanceOf(EffectRefusedError);

  sink.behaviour = 'refuse-mail';
  await expect(transport.send(mail, NEVER)).rejects.toThrow(
    new EffectRefusedError('The mail server refused the mail for good (DATA 554 5.6.0).'),
  );

  sink.behaviour = 'try-later';
  await expect(transport.send(mail, NEVER)).rejects.toThrow(
    new MailNotSentError('The mail was not sent (RCPT TO 451 4.7.1).'),
  );

  sink.behaviour = 'accept';
  await transport.send(mail, NEVER);
  expect(sink.mails).toHaveLength(1);
  expect(readMail(sink.mails[0]?.raw ?? '').headers.get('message-id')).toEqual([mail.messageId]);
});
