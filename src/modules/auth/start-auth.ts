import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { Sql } from '../../database/sql.ts';
import type { RedisClient } from '../../event-bus/redis-connection.ts';
import { AccessTokens } from './access-token.ts';
import {
  AttemptLimiter,
  type AttemptLimiterOptions,
  type AttemptLimits,
  LOGIN_LIMITS,
  REGISTRATION_LIMITS,
  REGISTRATION_NOTICE_LIMITS,
  RESET_LIMITS,
} from './attempt-limiter.ts';
import { type AuthServices, createAuthServices } from './auth-services.ts';
import { PasswordHasher } from './password-hasher.ts';
import { loadOrCreateSigningKey } from './signing-key-file.ts';
import { SessionStandings } from './session-standings.ts';
import { parseSigningKeys, type SigningKeys } from './signing-key.ts';
import type { SignInJournal } from './sign-in-journal.ts';

/** The same on every node of a deployment, whatever address it answers on: a token of one is good at all. */
const ISSUER = 'signalbox';
const AUDIENCE = 'signalbox-api';

/** Token refreshes and bootstrap attempts; a success is taken back, so that many people may share one address. */
const TOKEN_LIMITS: AttemptLimits = {
  perPair: { attempts: 50, seconds: 900 },
  perAccount: { attempts: 50, seconds: 900 },
  perAddress: { attempts: 50, seconds: 900 },
};

interface AuthParts {
  readonly sql: Sql;
  readonly redis: RedisClient | null;
  readonly journal: SignInJournal;
  readonly logger: Logger;
}

/** Loads the keys, warms the password hasher, and makes the limiters, counting over Redis where there is one. */
export async function startAuth(config: Config, { sql, redis, journal, logger }: AuthParts): Promise<AuthServices> {
  const keys = await signingKeysOf(config, logger);
  const { argon2, maxConcurrentHashes, accessTokenMinutes, refreshDays, refreshGraceSeconds } = config.auth;
  const shared = redis && {
    redis,
    keySecret: limiterSecretOf(keys),
    onFallback: (error: unknown) => logger.debug({ err: error }, 'Counted attempts without Redis'),
  };
  const limiter = (purpose: AttemptLimiterOptions['purpose'], limits: AttemptLimits): AttemptLimiter =>
    new AttemptLimiter({ purpose, limits, ...(shared ? { shared } : {}) });
  const tokens = new AccessTokens({
    keys,
    issuer: ISSUER,
    audience: AUDIENCE,
    lifetimeSeconds: accessTokenMinutes * 60,
  });
  return createAuthServices({
    passwords: await PasswordHasher.create({
      memoryKiB: argon2.memoryKib,
      timeCost: argon2.timeCost,
      parallelism: argon2.parallelism,
      maxConcurrent: maxConcurrentHashes,
    }),
    tokens,
    standings: new SessionStandings(sql, tokens),
    loginAttempts: limiter('login', LOGIN_LIMITS),
    registrationAttempts: limiter('registration', REGISTRATION_LIMITS),
    tokenAttempts: limiter('token', TOKEN_LIMITS),
    resetAttempts: limiter('password-reset', RESET_LIMITS),
    registrationNotices: limiter('registration-notice', REGISTRATION_NOTICE_LIMITS),
    journal,
    refreshDays,
    refreshGraceSeconds,
  });
}

async function signingKeysOf(config: Config, logger: Logger): Promise<SigningKeys> {
  if (config.auth.signingKeys.length > 0) {
    return parseSigningKeys(config.auth.signingKeys.join(','), 'SIGNALBOX_SIGNING_KEY');
  }
  const file = join(config.dataDir, 'signing-key');
  const { keys, readableByOthers } = await loadOrCreateSigningKey(file);
  if (readableByOthers) logger.warn({ file }, 'The signing key file is readable by others');
  return keys;
}

/** A key of its own for the limiters' Redis keys, the same on all nodes. */
function limiterSecretOf(keys: SigningKeys): Buffer {
  const material = keys.signing.privateKey.export({ type: 'pkcs8', format: 'der' });
  return Buffer.from(hkdfSync('sha256', material, '', 'signalbox attempt limiter', 32));
}
