import type { MailTransport, OutgoingMail } from '../modules/email/mail-transport.ts';

const TOKEN = /#token=([\w%.~-]+)/;
const PATIENCE_MS = 30_000;

/**
 * Where the mails of the demo data end: nothing is sent and nothing written, though the handlers are done with it and will
 * not send it later. Keeps the codes of the mails that ask to confirm an address, for the people who do.
 */
export class Mailbox implements MailTransport {
  readonly #codes = new Map<string, PromiseWithResolvers<string>>();

  async send({ kind, to, text }: OutgoingMail): Promise<void> {
    const code = kind === 'verify-address' ? TOKEN.exec(text)?.[1] : undefined;
    if (code !== undefined) this.#codeOf(to.address).resolve(decodeURIComponent(code));
  }

  /** The code that was sent to an address, as soon as it is. */
  async code(address: string): Promise<string> {
    const { promise, reject } = this.#codeOf(address);
    const timer = setTimeout(() => reject(new Error('A mail of the demo data did not come.')), PATIENCE_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#codes.clear();
  }

  #codeOf(address: string): PromiseWithResolvers<string> {
    const known = this.#codes.get(address) ?? Promise.withResolvers<string>();
    this.#codes.set(address, known);
    return known;
  }
}
