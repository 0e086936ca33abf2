import { expect, test } from 'vitest';
import { openSmtpTransport } from '../../../src/modules/email/smtp-transport.ts';
import { readMail } from '../../support/read-mail.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { NEVER, sampleMail } from './sample-mail.ts';

test('a mail arrives once, at its one recipient, as plain text and HTML, with its Message-ID', async () => {
  await using sink = await startSmtpSink();
  await using transport = openSmtpTransport(sink.url);

  await transport.send(sampleMail({ subject: 'Grüße', text: 'Hëllo\n', html: '<p>Hëllo</p>\n' }), NEVER);

  expect(sink.mails).toMatchObject([{ from: 'robot@example.com', to: ['ada@example.org'], encrypted: false }]);
  const { headers, text, html } = readMail(sink.mails[0]?.raw ?? '');
  expect(headers.get('message-id')).toEqual(['<0123456789abcdef@example.com>']);
  expect(headers.get('from')).toEqual(['Signalbox <robot@example.com>']);
  expect(headers.get('to')).toEqual(['Ada Lovelace <ada@example.org>']);
  expect(headers.get('subject')).toEqual(['=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=']);
  expect(headers.get('auto-submitted')).toEqual(['auto-generated']);
  expect(text.trim()).toBe('Hëllo');
  expect(html.trim()).toBe('<p>Hëllo</p>');
});
