import type { SqlEntityManager } from '@mikro-orm/sql';
import { defineExternalHandler, type EventOf, type Handler } from '../../event-bus/define-handler.ts';
import type { EventDefinition } from '../../event-store/define-event.ts';
import type { Addressee } from './address-book.ts';
import { type MailAddress, mailAddress } from './mail-address.ts';
import type { MailContent } from './mail-content.ts';
import type { Mailer } from './mailer.ts';

export interface ComposedMail {
  readonly to: MailAddress;
  readonly content: MailContent;
}

interface MailHandlerOptions<Definitions extends readonly EventDefinition[]> {
  readonly name: string;
  readonly events: Definitions;
  /** Sensitive fields that the mail is made of. Of an erased person they are hidden, and the mail is left out. */
  readonly decrypts?: readonly string[];
  /** The one mail that an event calls for, or null for none. */
  readonly compose: (event: EventOf<Definitions[number]>) => Promise<ComposedMail | null>;
  /** Runs in the transaction that marks the mail as sent. */
  readonly afterwards?: (event: EventOf<Definitions[number]>, em: SqlEntityManager) => Promise<void>;
}

/** All mails depend on the same server: they share its circuit breaker. */
const DEPENDENCY = 'smtp';

/**
 * A durable handler that sends at most one mail per event. What it is done with is not sent again; after an unknown
 * outcome the repeat has the same Message-ID.
 */
export function defineMailHandler<const Definitions extends readonly EventDefinition[]>(
  mailer: Mailer,
  { name, events, decrypts = [], compose, afterwards }: MailHandlerOptions<Definitions>,
): Handler {
  return defineExternalHandler<Definitions>({
    name,
    events,
    decrypts,
    dependency: DEPENDENCY,
    lanes: 2,
    async handle(event, { signal }) {
      const mail = await compose(event);
      if (!mail) return undefined;
      await mailer.send({ ...mail, cause: event.id }, signal);
      return afterwards && { complete: ({ em }) => afterwards(event, em) };
    },
  });
}

/** @throws EffectRefusedError when the address or the name cannot stand in a header. */
export function addressOf({ email, firstName, lastName }: Addressee): MailAddress {
  return mailAddress(email, `${firstName} ${lastName}`);
}
