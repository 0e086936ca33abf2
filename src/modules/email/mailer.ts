import type { Logger } from 'pino';
import { EffectRefusedError } from '../../event-bus/define-handler.ts';
import type { MailAddress } from './mail-address.ts';
import type { MailBrand, MailContent } from './mail-content.ts';
import type { MailTransport } from './mail-transport.ts';
import { messageIdOf } from './message-id.ts';
import { renderMail } from './render-mail.ts';

export interface Mail {
  readonly to: MailAddress;
  readonly content: MailContent;
  /** What this mail is about, for ever the same: an event's id. With the recipient it makes the Message-ID. */
  readonly cause: string;
}

interface MailerOptions {
  readonly transport: MailTransport;
  readonly sender: MailAddress;
  readonly brand: MailBrand;
  readonly logger: Logger;
}

/** Renders mails and hands them to the transport. Its log tells the kind and the Message-ID, never who gets what. */
export class Mailer {
  readonly brand: MailBrand;
  readonly #options: MailerOptions;

  constructor(options: MailerOptions) {
    this.brand = options.brand;
    this.#options = options;
  }

  /** @throws EffectRefusedError when this mail can never be sent; MailNotSentError when trying again may help. */
  async send({ to, content, cause }: Mail, signal: AbortSignal): Promise<void> {
    const { transport, sender, brand, logger } = this.#options;
    const messageId = messageIdOf(cause, to, sender);
    const facts = { mail: content.kind, messageId };
    try {
      const rendered = renderMail(content, brand);
      await transport.send({ kind: content.kind, messageId, from: sender, to, ...rendered }, signal);
    } catch (error) {
      if (error instanceof EffectRefusedError) logger.warn({ ...facts, reason: error.message }, 'Mail refused');
      throw error;
    }
    logger.info(facts, 'Mail sent');
  }
}
