import type { Problem } from './check-environment.ts';
import type { Settings, VariableName } from './env.ts';

const REDIS_FILES = [
  'SIGNALBOX_REDIS_CA_FILE',
  'SIGNALBOX_REDIS_CERT_FILE',
  'SIGNALBOX_REDIS_KEY_FILE',
] as const satisfies readonly VariableName[];

/** Settings that are each fine but together lose data, open a hole or cannot work. */
export function findDangers(settings: Settings): readonly Problem[] {
  return [
    ...findIncomplete(settings),
    ...findContradictions(settings),
    ...(settings.NODE_ENV === 'production' ? findProductionDangers(settings) : []),
  ];
}

/** Sentences about what is allowed but probably not meant. */
export function findWarnings(settings: Settings): readonly string[] {
  if (settings.NODE_ENV !== 'production') return [];
  const warnings = [
    settings.SMTP_URL === null && 'SMTP_URL is not set: mails are written to files and reach nobody.',
    settings.PUBLIC_URL === null && 'PUBLIC_URL is not set: links in mails lead to localhost.',
  ];
  return warnings.filter((warning) => warning !== false);
}

function findIncomplete(settings: Settings): readonly Problem[] {
  const problems: Problem[] = [];
  if (settings.DATABASE_READ_URL !== null && settings.DATABASE_URL === null) {
    problems.push(
      problem(
        ['DATABASE_READ_URL', 'DATABASE_URL'],
        'DATABASE_READ_URL needs DATABASE_URL: a replica alone takes no writes.',
      ),
    );
  }
  if (settings.SMTP_URL !== null && settings.MAIL_FROM === null) {
    problems.push(problem(['SMTP_URL', 'MAIL_FROM'], 'SMTP_URL needs MAIL_FROM, the sender of the mails.'));
  }
  problems.push(...findUnusedFiles(settings));
  if ((settings.SIGNALBOX_REDIS_CERT_FILE === null) !== (settings.SIGNALBOX_REDIS_KEY_FILE === null)) {
    const names = ['SIGNALBOX_REDIS_CERT_FILE', 'SIGNALBOX_REDIS_KEY_FILE'];
    problems.push(problem(names, 'SIGNALBOX_REDIS_CERT_FILE and SIGNALBOX_REDIS_KEY_FILE must be set together.'));
  }
  if ((settings.SIGNALBOX_BOOTSTRAP_EMAIL === null) !== (settings.SIGNALBOX_BOOTSTRAP_PASSWORD === null)) {
    const names = ['SIGNALBOX_BOOTSTRAP_EMAIL', 'SIGNALBOX_BOOTSTRAP_PASSWORD'];
    problems.push(problem(names, 'SIGNALBOX_BOOTSTRAP_EMAIL and SIGNALBOX_BOOTSTRAP_PASSWORD must be set together.'));
  }
  return problems;
}

function findUnusedFiles(settings: Settings): readonly Problem[] {
  if (isEncrypted(settings.REDIS_URL)) return [];
  const given = REDIS_FILES.filter((name) => settings[name] !== null);
  return given.map((name) =>
    problem([name, 'REDIS_URL'], `${name} needs a rediss:// URL in REDIS_URL: the connection would not be encrypted.`),
  );
}

function findContradictions(settings: Settings): readonly Problem[] {
  const problems: Problem[] = [];
  // The embedded database belongs to one process, so a split into two would leave each with a database of its own.
  if (settings.SIGNALBOX_ROLE !== 'all' && settings.DATABASE_URL === null) {
    const sentence = 'SIGNALBOX_ROLE must be all without DATABASE_URL: the embedded database serves one process only.';
    problems.push(problem(['SIGNALBOX_ROLE', 'DATABASE_URL'], sentence));
  }
  problems.push(...findDisorder(settings, 'SIGNALBOX_STREAM_POLL_MIN_MS', 'SIGNALBOX_STREAM_POLL_MAX_MS'));
  problems.push(...findDisorder(settings, 'SIGNALBOX_PAYMENT_TIMEOUT_MS', 'SIGNALBOX_PAYMENT_SETTLE_MS'));
  problems.push(...findDisorder(settings, 'SIGNALBOX_HANDLER_RETRY_BASE_MS', 'SIGNALBOX_HANDLER_RETRY_MAX_MS'));
  // One leaked value must not both sign tokens and open sensitive data.
  if (settings.SIGNALBOX_SIGNING_KEY.some((key) => settings.SIGNALBOX_MASTER_KEY.includes(key))) {
    const names = ['SIGNALBOX_SIGNING_KEY', 'SIGNALBOX_MASTER_KEY'];
    problems.push(problem(names, 'SIGNALBOX_SIGNING_KEY and SIGNALBOX_MASTER_KEY must not share a key.'));
  }
  return problems;
}

function findProductionDangers(settings: Settings): readonly Problem[] {
  const problems: Problem[] = [];
  if (settings.DATABASE_URL === null) {
    problems.push(
      problem(['DATABASE_URL'], 'DATABASE_URL is required in production: the embedded database is for development.'),
    );
  }
  if (settings.SIGNALBOX_SIGNING_KEY.length === 0 && settings.SIGNALBOX_ROLE !== 'worker') {
    problems.push(
      problem(
        ['SIGNALBOX_SIGNING_KEY'],
        'SIGNALBOX_SIGNING_KEY is required in production: it signs the access tokens of every node.',
      ),
    );
  }
  if (settings.SIGNALBOX_MASTER_KEY.length === 0) {
    problems.push(
      problem(
        ['SIGNALBOX_MASTER_KEY'],
        'SIGNALBOX_MASTER_KEY is required in production: without it sensitive data cannot be encrypted or read again.',
      ),
    );
  }
  if (settings.PUBLIC_URL !== null && !isSecureOrLocal(settings.PUBLIC_URL)) {
    problems.push(
      problem(['PUBLIC_URL'], 'PUBLIC_URL must be https in production: tokens would cross the network in the clear.'),
    );
  }
  if (settings.SIGNALBOX_SEED_DEMO) {
    problems.push(
      problem(
        ['SIGNALBOX_SEED_DEMO'],
        'SIGNALBOX_SEED_DEMO is refused in production: the passwords of demo accounts are public.',
      ),
    );
  }
  return problems;
}

type NumberName = { [Name in keyof Settings]: Settings[Name] extends number ? Name : never }[keyof Settings];

function findDisorder(settings: Settings, lower: NumberName, upper: NumberName): readonly Problem[] {
  return settings[lower] <= settings[upper] ? [] : [problem([lower, upper], `${lower} must not be above ${upper}.`)];
}

function isSecureOrLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function isEncrypted(redis: Settings['REDIS_URL']): boolean {
  return redis !== null && redis.urls.every((url) => url.startsWith('rediss:'));
}

function problem(variables: readonly string[], sentence: string): Problem {
  return { variables, sentence };
}
