import { expect, test } from 'vitest';
import { EffectRefusedError } from '../../event-bus/define-handler.ts';
import { MailNotSentError } from './mail-transport.ts';
import { toDeliveryError } from './smtp-failure.ts';

function smtpError(command: string, response: string, code = 'EENVELOPE'): Error {
  const responseCode = Number(response.slice(0, 3));
  return Object.assign(new Error(`Nodemailer says: ${response}`), { code, command, response, responseCode });
}

test.each([
  ['550 5.1.1 <ada@example.org> no such user', 'RCPT TO'],
  ['552 5.2.2 mailbox of ada@example.org full', 'RCPT TO'],
  ['550 unknown', 'RCPT TO'],
  ['554 5.6.0 refused', 'DATA'],
  ['552 5.3.4 too big', 'DATA'],
])('%s to %s is final', (response, command) => {
  expect(toDeliveryError(smtpError(command, response))).toBeInstanceOf(EffectRefusedError);
});

test.each([
  ['450 4.2.1 busy', 'RCPT TO'],
  ['451 4.3.0 later', 'DATA'],
  ['421 4.7.0 closing', 'DATA'],
  ['550 5.1.8 sender refused', 'MAIL FROM'],
  ['554 5.7.1 our address is on a block list', 'RCPT TO'],
  ['530 5.7.0 STARTTLS first', 'MAIL FROM'],
  ['535 5.7.8 wrong password', 'AUTH PLAIN'],
  ['503 5.5.1 bad sequence', 'RCPT TO'],
  ['554 no service here', 'CONN'],
])('%s to %s is to be tried again', (response, command) => {
  expect(toDeliveryError(smtpError(command, response))).toBeInstanceOf(MailNotSentError);
});

test('an error tells codes and none of the server’s words', () => {
  expect(toDeliveryError(smtpError('RCPT TO', '550-5.1.1 <ada@example.org> is unknown')).message).toBe(
    'The mail server refused the mail for good (RCPT TO 550 5.1.1).',
  );
  const timeout = Object.assign(new Error('Timeout to mail.example.org'), { code: 'ETIMEDOUT', command: 'CONN' });
  expect(toDeliveryError(timeout).message).toBe('The mail was not sent (CONN ETIMEDOUT).');
  expect(toDeliveryError(new Error('secret')).message).toBe('The mail was not sent.');
  expect(toDeliveryError('secret').message).toBe('The mail was not sent.');
});
