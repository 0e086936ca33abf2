import type { SqlEntityManager } from '@mikro-orm/sql';

/** Where to write to somebody, and how to address them. */
export interface Addressee {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** What decides whether an account gets a link, and which. */
export interface AccountState extends Addressee {
  readonly userId: string;
  readonly isActive: boolean;
  readonly emailVerified: boolean;
  readonly hasPassword: boolean;
}

/** What this module needs of people's accounts; the users module offers it. */
export interface AddressBook {
  /** Null when there is no such account any more. */
  findAddressee(em: SqlEntityManager, userId: string): Promise<Addressee | null>;
  /** Null when there is no such account any more. */
  findAccountState(em: SqlEntityManager, userId: string): Promise<AccountState | null>;
  /** Records WELCOME_EMAIL_SENT, inside the caller's transaction; nothing when the account is gone. */
  recordWelcomeMail(em: SqlEntityManager, userId: string): Promise<void>;
}
