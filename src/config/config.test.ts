import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';

const KEY = 'WSD0UGJp9PtP4jSdLQt6qg0mD+QTLYnuk00hW76J6Tc=';
const OTHER_KEY = '3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=';
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app:hunter2-canary@db:5432/signalbox',
  SIGNALBOX_SIGNING_KEY: KEY,
  SIGNALBOX_MASTER_KEY: OTHER_KEY,
};

function refusal(env: Record<string, string>): ConfigError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('without any variable', () => {
  const config = loadConfig({}, { cores: 3 });

  test('one process on this machine with the embedded database does everything', () => {
    expect(config).toMatchObject({
      production: false,
      role: 'all',
      publicUrl: 'http://localhost:4000',
      server: {
        port: 4000,
        host: '127.0.0.1',
        allowedOrigins: ['http://localhost:4000', 'http://127.0.0.1:4000', 'http://[::1]:4000'],
      },
      database: { kind: 'embedded', migrate: 'auto' },
      redis: null,
      mail: { kind: 'folder' },
      bootstrap: null,
      seedDemo: false,
      warnings: [],
    });
  });

  test('the limits are those of the security rules', () => {
    expect(config.limits).toEqual({
      bodyAnonymousBytes: 102_400,
      bodyAuthenticatedBytes: 1_048_576,
      documentBytes: 20_480,
      wsMessageBytes: 102_400,
      operationsPerSocket: 20,
      socketMessagesPerSecond: 1000,
      connectionsPerAddress: 5000,
      connectionsPerUser: 2500,
      connectionsPerSecond: 100,
      connectionInitMs: 3000,
      operationTimeoutMs: 10_000,
      importTimeoutMs: 60_000,
      maxTokens: 1000,
      maxDepth: 8,
      maxAliases: 15,
      maxDirectives: 20,
      maxRootFields: 10,
      maxCost: 5000,
    });
  });

  test('as many passwords are hashed at once as twice the cores', () => {
    expect(config.auth).toMatchObject({
      maxConcurrentHashes: 6,
      argon2: { memoryKib: 19_456, timeCost: 2, parallelism: 1 },
    });
  });

  test('nothing in it can be changed', () => {
    expect(() => Object.assign(config.auth.argon2, { memoryKib: 8 })).toThrow(TypeError);
    expect(() => Object.assign(config.server.allowedOrigins, { 0: '*' })).toThrow(TypeError);
  });
});

test('a complete production environment is accepted; it listens on every address and does not migrate by itself', () => {
  const config = loadConfig({
    ...PRODUCTION,
    PUBLIC_URL: 'https://api.example.com/',
    DATABASE_READ_URL: 'postgres://replica/signalbox',
  });
  expect(config).toMatchObject({
    production: true,
    publicUrl: 'https://api.example.com',
    server: { host: '0.0.0.0', allowedOrigins: ['https://api.example.com'] },
    database: {
      kind: 'postgres',
      url: PRODUCTION.DATABASE_URL,
      readUrl: 'postgres://replica/signalbox',
      migrate: 'never',
    },
    auth: { signingKeys: [KEY] },
    encryption: { masterKeys: [OTHER_KEY], keyCacheMs: 30_000 },
  });
});

test('migrating at start in production is possible when asked for', () => {
  expect(loadConfig({ ...PRODUCTION, SIGNALBOX_MIGRATE: 'auto' }).database.migrate).toBe('auto');
});

test('metrics are open in development, and in production there for whoever has the token', () => {
  const token = 'a-token-for-the-scraper';
  expect(loadConfig({}).metrics).toEqual({ token: null });
  expect(loadConfig({ SIGNALBOX_METRICS_TOKEN: token }).metrics).toEqual({ token });
  expect(loadConfig(PRODUCTION).metrics).toBeNull();
  expect(loadConfig({ ...PRODUCTION, SIGNALBOX_METRICS_TOKEN: token }).metrics).toEqual({ token });
  expect(() => loadConfig({ SIGNALBOX_METRICS_TOKEN: 'short' })).toThrow('SIGNALBOX_METRICS_TOKEN');
});

test('production without a mail server or a public URL starts with a warning of each', () => {
  expect(loadConfig(PRODUCTION).warnings).toEqual([
    expect.stringContaining('SMTP_URL'),
    expect.stringContaining('PUBLIC_URL'),
  ]);
});

test('port 0 is allowed, and no origin is guessed for it', () => {
  expect(loadConfig({ PORT: '0' }).server).toMatchObject({ port: 0, allowedOrigins: [] });
});

test('blanks around a value do not count, except in a password', () => {
  const config = loadConfig({
    PORT: ' 4001\r',
    SIGNALBOX_BOOTSTRAP_EMAIL: ' a@b.example ',
    SIGNALBOX_BOOTSTRAP_PASSWORD: ' spaces stay ',
  });
  expect(config).toMatchObject({
    server: { port: 4001 },
    bootstrap: { email: 'a@b.example', password: ' spaces stay ' },
  });
});

test('blank variables count as not set', () => {
  expect(loadConfig({ DATABASE_URL: '', REDIS_URL: ' ' })).toEqual(loadConfig({}));
});

test('every problem is reported at once, each under its variable', () => {
  const error = refusal({ PORT: '99999', LOG_LEVEL: 'loud', SIGNALBOX_LIMIT_DEPTH: '9', SIGNALBOX_ROLE: 'worker' });
  expect(error.problems.map((problem) => problem.variables[0])).toEqual([
    'PORT',
    'LOG_LEVEL',
    'SIGNALBOX_LIMIT_DEPTH',
    'SIGNALBOX_ROLE',
  ]);
  expect(error.message).toContain('PORT must be a whole number from 0 to 65535.');
  expect(error.message).toContain('LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.');
});

test('a refused variable is not reported a second time as missing', () => {
  const { message } = refusal({ ...PRODUCTION, DATABASE_URL: 'mysql://x/y' });
  expect(message).toBe('DATABASE_URL must be a postgres:// or postgresql:// URL.');
});

test('no refused value is repeated', () => {
  const canary = 'canary-5f3a';
  const everyText = [
    'DATABASE_URL',
    'REDIS_URL',
    'SMTP_URL',
    'PUBLIC_URL',
    'MAIL_FROM',
    'SIGNALBOX_MASTER_KEY',
    'SIGNALBOX_SIGNING_KEY',
    'LOG_LEVEL',
    'PORT',
    'SIGNALBOX_ALLOWED_ORIGINS',
  ];
  const error = refusal({
    ...Object.fromEntries(everyText.map((name) => [name, canary])),
    SIGNALBOX_BOOTSTRAP_PASSWORD: canary.slice(0, 7),
    SIGNALBOX_SINGING_KEY: canary,
  });
  expect(error.problems).toHaveLength(everyText.length + 2);
  expect(JSON.stringify([error.message, error.stack, error.problems, error.cause])).not.toContain(canary.slice(0, 7));
});
