import { createTransport } from 'nodemailer';
import { composeMessage, type MailTransport } from './mail-transport.ts';
import { toDeliveryError } from './smtp-failure.ts';

export interface SmtpTimeouts {
  /** To connect, TLS included. Milliseconds, as all of these. */
  readonly connectionMs: number;
  /** Until the server has greeted. */
  readonly greetingMs: number;
  /** Without a byte from the server. */
  readonly silenceMs: number;
}

/** Together well below the time-out of a handler's attempt. */
const TIMEOUTS: SmtpTimeouts = { connectionMs: 5_000, greetingMs: 5_000, silenceMs: 12_000 };
const DNS_MS = 5_000;
const MAX_CONNECTIONS = 5;
const MAILS_PER_CONNECTION = 100;
const IDLE_MS = 30_000;
/** These would print whole mails, or let a mail read files. */
const REFUSED_PARAMETERS = ['logger', 'debug', 'transactionLog', 'disableFileAccess', 'disableUrlAccess', 'pool'];

/**
 * Sends over SMTP with a pool of at most 5 connections. Encryption is as the URL says: smtps:// from the first byte,
 * smtp:// by STARTTLS where the server offers it, and always if the URL holds a password, unless it says
 * `?requireTLS=false` or `?ignoreTLS=true`. Other options of nodemailer's URLs (`tls.rejectUnauthorized`, …) hold too.
 */
export function openSmtpTransport(url: string, timeouts: SmtpTimeouts = TIMEOUTS): MailTransport {
  const transport = createTransport({
    url: withSafeParameters(url),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    maxMessages: MAILS_PER_CONNECTION,
    idleTimeout: IDLE_MS,
    // Only mails that no byte was sent of, on a connection the server had closed meanwhile.
    maxRequeues: 1,
    connectionTimeout: timeouts.connectionMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    dnsTimeout: DNS_MS,
    logger: false,
  });
  return {
    async send(mail, signal) {
      try {
        await transport.sendMail({ ...composeMessage(mail), signal });
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close();
    },
  };
}

function withSafeParameters(text: string): string {
  const url = new URL(text);
  for (const name of REFUSED_PARAMETERS) url.searchParams.delete(name);
  const decides = url.searchParams.has('requireTLS') || url.searchParams.get('ignoreTLS') === 'true';
  if (url.protocol === 'smtp:' && url.password !== '' && !decides) url.searchParams.set('requireTLS', 'true');
  return url.href;
}
