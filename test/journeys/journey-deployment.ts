import { bootstrap, type SignedIn } from '../support/factories.ts';
import { type CaughtMail, type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type Backend, createDeployment, type TestDeployment, type TestNode } from '../support/test-app.ts';

/** Nodes that share everything and mail to one sink; with the embedded database there can be only one. */
export interface Journey extends AsyncDisposable {
  readonly deployment: TestDeployment;
  readonly sink: SmtpSink;
  /** Where things are done. */
  readonly here: TestNode;
  /** Where they are looked at: another node, if there can be one. */
  readonly there: TestNode;
  readonly admin: SignedIn;
  /** The mails to an address whose subject begins like this. */
  readonly mailsTo: (address: string, subject: string) => readonly CaughtMail[];
}

export async function startJourney(backend: Backend, env: Readonly<Record<string, string>> = {}): Promise<Journey> {
  await using cleanup = new AsyncDisposableStack();
  const sink = cleanup.use(await startSmtpSink());
  const deployment = cleanup.use(await createDeployment(backend));
  const all = { SMTP_URL: sink.url, MAIL_FROM: 'robot@example.com', ...env };
  const here = cleanup.use(await deployment.startNode(all));
  const there = backend === 'embedded' ? here : cleanup.use(await deployment.startNode(all));
  const admin = await bootstrap(here.client, here.app.bootstrapToken ?? '');
  const owned = cleanup.move();
  return {
    deployment,
    sink,
    here,
    there,
    admin,
    mailsTo: (address, subject) =>
      sink.mails.filter(({ to, raw }) => to.includes(address) && raw.includes(`\nSubject: ${subject}`)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
