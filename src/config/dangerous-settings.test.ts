import { describe, expect, test } from 'vitest';
import { checkEnvironment } from './check-environment.ts';
import { findDangers } from './dangerous-settings.ts';

const KEY = 'WSD0UGJp9PtP4jSdLQt6qg0mD+QTLYnuk00hW76J6Tc=';
const OTHER_KEY = '3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=';
const DATABASE_URL = 'postgres://db/signalbox';
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL,
  SIGNALBOX_SIGNING_KEY: KEY,
  SIGNALBOX_MASTER_KEY: OTHER_KEY,
};

function blamed(env: Record<string, string>): readonly (readonly string[])[] {
  const { settings, problems } = checkEnvironment(env);
  expect(problems).toEqual([]);
  return findDangers(settings).map((danger) => danger.variables);
}

describe('refused everywhere', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['a replica without a database', { DATABASE_READ_URL: DATABASE_URL }, ['DATABASE_READ_URL', 'DATABASE_URL']],
    ['a mail server without a sender', { SMTP_URL: 'smtp://mail' }, ['SMTP_URL', 'MAIL_FROM']],
    [
      'an authority for a Redis without TLS',
      { REDIS_URL: 'redis://cache', SIGNALBOX_REDIS_CA_FILE: 'ca.pem' },
      ['SIGNALBOX_REDIS_CA_FILE', 'REDIS_URL'],
    ],
    [
      'an authority for Sentinels without TLS',
      { REDIS_URL: 'redis+sentinel://cache/main', SIGNALBOX_REDIS_CA_FILE: 'ca.pem' },
      ['SIGNALBOX_REDIS_CA_FILE', 'REDIS_URL'],
    ],
    ['an authority without a Redis', { SIGNALBOX_REDIS_CA_FILE: 'ca.pem' }, ['SIGNALBOX_REDIS_CA_FILE', 'REDIS_URL']],
    [
      'a certificate without its key',
      { REDIS_URL: 'rediss://cache', SIGNALBOX_REDIS_CERT_FILE: 'node.pem' },
      ['SIGNALBOX_REDIS_CERT_FILE', 'SIGNALBOX_REDIS_KEY_FILE'],
    ],
    [
      'a key without its certificate',
      { REDIS_URL: 'rediss://cache', SIGNALBOX_REDIS_KEY_FILE: 'node.key' },
      ['SIGNALBOX_REDIS_CERT_FILE', 'SIGNALBOX_REDIS_KEY_FILE'],
    ],
    [
      'a first administrator without a password',
      { SIGNALBOX_BOOTSTRAP_EMAIL: 'a@b.example' },
      ['SIGNALBOX_BOOTSTRAP_EMAIL', 'SIGNALBOX_BOOTSTRAP_PASSWORD'],
    ],
    [
      'a password without its administrator',
      { SIGNALBOX_BOOTSTRAP_PASSWORD: 'long enough' },
      ['SIGNALBOX_BOOTSTRAP_EMAIL', 'SIGNALBOX_BOOTSTRAP_PASSWORD'],
    ],
    ['a worker on the embedded database', { SIGNALBOX_ROLE: 'worker' }, ['SIGNALBOX_ROLE', 'DATABASE_URL']],
    ['an API alone on the embedded database', { SIGNALBOX_ROLE: 'api' }, ['SIGNALBOX_ROLE', 'DATABASE_URL']],
    [
      'a shortest poll above the longest',
      { SIGNALBOX_STREAM_POLL_MIN_MS: '2000' },
      ['SIGNALBOX_STREAM_POLL_MIN_MS', 'SIGNALBOX_STREAM_POLL_MAX_MS'],
    ],
    [
      'a first retry later than the last',
      { SIGNALBOX_HANDLER_RETRY_MAX_MS: '100' },
      ['SIGNALBOX_HANDLER_RETRY_BASE_MS', 'SIGNALBOX_HANDLER_RETRY_MAX_MS'],
    ],
    [
      'one key for two purposes',
      { SIGNALBOX_SIGNING_KEY: `${OTHER_KEY},${KEY}`, SIGNALBOX_MASTER_KEY: KEY },
      ['SIGNALBOX_SIGNING_KEY', 'SIGNALBOX_MASTER_KEY'],
    ],
  ])('%s', (_case, env, variables) => {
    expect(blamed(env)).toEqual([variables]);
  });
});

test.each([{ REDIS_URL: 'redis://cache' }, { REDIS_URL: 'redis+sentinel://cache/main' }, {}])(
  'refused: a certificate for a Redis without TLS, %j',
  (env) => {
    const files = { SIGNALBOX_REDIS_CERT_FILE: 'node.pem', SIGNALBOX_REDIS_KEY_FILE: 'node.key' };
    expect(blamed({ ...env, ...files })).toEqual([
      ['SIGNALBOX_REDIS_CERT_FILE', 'REDIS_URL'],
      ['SIGNALBOX_REDIS_KEY_FILE', 'REDIS_URL'],
    ]);
  },
);

describe('refused in production', () => {
  test.each<[string, Record<string, string>, string]>([
    ['the embedded database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['no signing key', { SIGNALBOX_SIGNING_KEY: '' }, 'SIGNALBOX_SIGNING_KEY'],
    ['no master key', { SIGNALBOX_MASTER_KEY: '' }, 'SIGNALBOX_MASTER_KEY'],
    ['a public URL in the clear', { PUBLIC_URL: 'http://api.example.com' }, 'PUBLIC_URL'],
    ['a public URL that only looks local', { PUBLIC_URL: 'http://localhost.example.com' }, 'PUBLIC_URL'],
    ['demo data', { SIGNALBOX_SEED_DEMO: 'true' }, 'SIGNALBOX_SEED_DEMO'],
  ])('%s', (_case, env, variable) => {
    expect(blamed({ ...PRODUCTION, ...env })).toEqual([[variable]]);
  });
});

test.each<[string, Record<string, string>]>([
  [
    'a worker in production without a signing key',
    { ...PRODUCTION, SIGNALBOX_ROLE: 'worker', SIGNALBOX_SIGNING_KEY: '' },
  ],
  ['production tried out on this machine without TLS', { ...PRODUCTION, PUBLIC_URL: 'http://127.0.0.1:4000' }],
  ['demo data in development', { SIGNALBOX_SEED_DEMO: 'true' }],
  ['a public URL in the clear in development', { PUBLIC_URL: 'http://box.example.com' }],
])('accepted: %s', (_case, env) => {
  expect(blamed(env)).toEqual([]);
});
