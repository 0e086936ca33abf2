import type { PostgresDatabaseConfig } from '../../src/config/config.ts';

/** What the product opens a database of the measured server with. */
export function databaseConfig(url: string, poolSize: number): PostgresDatabaseConfig {
  return {
    kind: 'postgres',
    url,
    readUrl: null,
    readMaxLagMs: 5_000,
    migrate: 'never',
    poolSize,
    poolWaitMs: 5_000,
    statementTimeoutMs: 15_000,
    idleInTransactionMs: 15_000,
    preparesStatements: true,
  };
}
