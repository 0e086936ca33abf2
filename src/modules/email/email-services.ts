import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Logger } from 'pino';
import type { MailConfig } from '../../config/config.ts';
import type { AccountState, AddressBook, Addressee } from './address-book.ts';
import { parseSender } from './mail-address.ts';
import { Mailer } from './mailer.ts';
import type { MailTransport } from './mail-transport.ts';
import { type TokenMail, TokenMailer } from './token-mailer.ts';
import type { TokenPurpose } from './token.mail.ts';

/** What `app.ts` makes of the mail settings: the module's handlers use all of it, others only `sendTokenMail`. */
export interface EmailServices extends AsyncDisposable {
  readonly mailer: Mailer;
  /** Null when there is no such account any more. */
  readonly findAddressee: (userId: string) => Promise<Addressee | null>;
  /** Null when there is no such account any more. */
  readonly findAccount: (userId: string) => Promise<AccountState | null>;
  readonly issueToken: TokenIssuer;
  /** Records on the user that the welcome mail went out; in the caller's transaction. */
  readonly recordWelcomeMail: (em: SqlEntityManager, userId: string) => Promise<void>;
  /** Whether somebody wants mails that are no matter of security. */
  readonly wantsMail: (userId: string) => Promise<boolean>;
  /** Takes away the mails that are kept here, as in development, to addresses that are somebody's. */
  readonly forgetMails: (isTheirs: (address: string) => boolean) => Promise<void>;
  /** Hands over a mail with a secret, and returns at once; to be called after the commit. */
  readonly sendTokenMail: (mail: TokenMail) => void;
}

/** A new token for whoever reads the mails of an account's address; only its hash is kept. */
export type TokenIssuer = (
  purpose: TokenPurpose,
  account: { readonly userId: string; readonly email: string },
) => Promise<{ readonly token: string; readonly expiresAt: string }>;

interface EmailOptions {
  readonly config: MailConfig;
  /** Instead of the one that the settings name. */
  readonly transport?: MailTransport | undefined;
  readonly publicUrl: string;
  readonly users: AddressBook;
  /** A new entity manager for one read. */
  readonly reader: () => SqlEntityManager;
  readonly wantsMail: (userId: string) => Promise<boolean>;
  readonly issueToken: TokenIssuer;
  readonly logger: Logger;
}

const DEFAULT_NAME = 'Signalbox';

export function startEmail(options: EmailOptions): EmailServices {
  const { config, publicUrl, users, reader, wantsMail, issueToken, logger } = options;
  const sender = parseSender(config.from);
  const transport = options.transport ?? openTransport(config);
  const mailer = new Mailer({ transport, sender, brand: { name: sender.name ?? DEFAULT_NAME, publicUrl }, logger });
  const tokens = new TokenMailer(mailer, logger);
  return {
    mailer,
    findAddressee: (userId) => users.findAddressee(reader(), userId),
    findAccount: (userId) => users.findAccountState(reader(), userId),
    issueToken,
    recordWelcomeMail: (em, userId) => users.recordWelcomeMail(em, userId),
    wantsMail,
    forgetMails: async (isTheirs) => transport.forget?.(isTheirs),
    sendTokenMail: (mail) => tokens.send(mail),
    async [Symbol.asyncDispose]() {
      await tokens[Symbol.asyncDispose]();
      await transport[Symbol.asyncDispose]();
    },
  };
}

/** Loads the program that sends when the first mail goes out: the start need not wait for it. */
function openTransport(config: MailConfig): MailTransport {
  let opened: Promise<MailTransport> | null = null;
  const open = async (): Promise<MailTransport> =>
    config.kind === 'smtp'
      ? (await import('./smtp-transport.ts')).openSmtpTransport(config.url)
      : (await import('./folder-transport.ts')).openFolderTransport(config.dir);
  return {
    send: async (mail, signal) => (await (opened ??= open())).send(mail, signal),
    forget: async (isTheirs) => (await (opened ??= open())).forget?.(isTheirs),
    async [Symbol.asyncDispose]() {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly email: EmailServices;
  }
}
