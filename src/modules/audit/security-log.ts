import type { Logger } from 'pino';

/** What is worth a line for whoever watches for attacks. Recorded events are among them, refusals without an event too. */
export type SecurityEvent =
  | 'ACCESS_DENIED'
  | 'AUDITED'
  | 'CONNECTIONS_READ'
  | 'HISTORY_READ'
  | 'MASTER_KEY_ROTATED'
  | 'REGISTRATION_REPEATED'
  | 'SIGN_IN_FAILED'
  | 'SIGN_IN_LIMITED'
  | 'SIGN_IN_NOT_RECORDED'
  | 'TOKEN_REFUSED';

/** Ids, codes and addresses; never what somebody typed. */
export type SecurityFacts = Readonly<Record<string, string | number | null | readonly string[]>>;

/** Writes one line per security event, told from others by its field `security`. */
export class SecurityLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  write(event: SecurityEvent, facts: SecurityFacts): void {
    this.#logger.info({ security: event, ...facts }, 'security');
  }
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly securityLog: SecurityLog;
  }
}
