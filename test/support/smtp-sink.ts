import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { lookAtMail } from './read-mail.ts';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as it came over the wire. */
export interface CaughtMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly encrypted: boolean;
  readonly user: string | null;
}

export type SinkBehaviour =
  | 'accept'
  /** 451 to RCPT TO. */
  | 'try-later'
  /** 550 5.1.1 to RCPT TO, quoting the address, as servers do. */
  | 'refuse-recipient'
  /** 554 5.6.0 to the mail itself. */
  | 'refuse-mail'
  /** Takes the mail and cuts the connection before saying so. */
  | 'drop-after-data'
  /** Takes the mail and never answers. */
  | 'hang';

/** A real SMTP server that keeps what it gets. */
export interface SmtpSink extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly mails: readonly CaughtMail[];
  /** RCPT TO commands so far. */
  readonly attempts: number;
  /** Changed at any time; a function decides for each recipient. */
  behaviour: SinkBehaviour | ((recipient: string) => SinkBehaviour);
}

interface SinkOptions {
  /** `smtps`: encrypted from the first byte; `starttls`: offered; with the certificate of an unknown authority. */
  readonly encryption?: 'none' | 'starttls' | 'smtps';
}

export async function startSmtpSink({ encryption = 'none' }: SinkOptions = {}): Promise<SmtpSink> {
  const mails: CaughtMail[] = [];
  let attempts = 0;
  const behaviourFor = (recipient: string): SinkBehaviour =>
    typeof sink.behaviour === 'function' ? sink.behaviour(recipient) : sink.behaviour;

  const options: SMTPServerOptions = {
    secure: encryption === 'smtps',
    authOptional: true,
    hideSTARTTLS: encryption !== 'starttls',
    disabledCommands: encryption === 'none' ? ['STARTTLS'] : [],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username }),
    onRcptTo({ address }, _session, callback) {
      attempts += 1;
      const behaviour = behaviourFor(address);
      if (behaviour === 'try-later') return callback(reply(451, `4.7.1 <${address}> greylisted`));
      if (behaviour === 'refuse-recipient') return callback(reply(550, `5.1.1 <${address}> no such user`));
      callback();
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const { mailFrom } = session.envelope;
        const behaviour = behaviourFor(to[0] ?? '');
        if (behaviour === 'refuse-mail') return callback(reply(554, '5.6.0 not to our taste'));
        const raw = Buffer.concat(chunks).toString('utf8');
        lookAtMail(raw, to);
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to,
          raw,
          encrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        });
        if (behaviour === 'hang') return;
        if (behaviour === 'drop-after-data') return dropConnections();
        callback();
      });
    },
  };
  const server = new SMTPServer(options);
  server.on('error', () => undefined);
  const dropConnections = (): void => {
    for (const { _socket: socket } of server.connections) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const sink = {
    port,
    url: `${encryption === 'smtps' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    mails,
    get attempts() {
      return attempts;
    },
    behaviour: 'accept' as SmtpSink['behaviour'],
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      dropConnections();
      await closed.promise;
    },
  };
  return sink;
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
