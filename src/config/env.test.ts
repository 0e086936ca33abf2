import { expect, test } from 'vitest';
import { readEnv, VARIABLES } from './env.ts';

test('known variables and any named SIGNALBOX_ are taken, others and blank ones are not', () => {
  const source = { PORT: '1', SIGNALBOX_TYPO: 'x', PATH: '/bin', HOST: '  ', REDIS_URL: undefined };
  expect(readEnv(source)).toEqual({ PORT: '1', SIGNALBOX_TYPO: 'x' });
});

test('what Kubernetes adds for a service named signalbox is not taken for a mistake', () => {
  const links = {
    SIGNALBOX_SERVICE_HOST: '10.0.0.1',
    SIGNALBOX_SERVICE_PORT: '4000',
    SIGNALBOX_SERVICE_PORT_HTTP: '4000',
    SIGNALBOX_PORT: 'tcp://10.0.0.1:4000',
    SIGNALBOX_PORT_4000_TCP: 'tcp://10.0.0.1:4000',
    SIGNALBOX_PORT_4000_TCP_ADDR: '10.0.0.1',
    SIGNALBOX_API_PORT: 'tcp://10.0.0.2:4000',
    SIGNALBOX_API_SERVICE_HOST: '10.0.0.2',
  };
  expect(readEnv(links)).toEqual({});
  expect(readEnv({ SIGNALBOX_PORT: '4000' })).toEqual({ SIGNALBOX_PORT: '4000' });
});

/** The highest and, where it matters, lowest values that the security rules allow. */
test.each<[keyof typeof VARIABLES, string, string]>([
  ['SIGNALBOX_LIMIT_BODY_ANONYMOUS_BYTES', '102400', '102401'],
  ['SIGNALBOX_LIMIT_BODY_AUTHENTICATED_BYTES', '1048576', '1048577'],
  ['SIGNALBOX_LIMIT_DOCUMENT_BYTES', '20480', '20481'],
  ['SIGNALBOX_LIMIT_WS_MESSAGE_BYTES', '102400', '102401'],
  ['SIGNALBOX_LIMIT_OPERATIONS_PER_SOCKET', '20', '21'],
  ['SIGNALBOX_LIMIT_CONNECTION_INIT_MS', '3000', '3001'],
  ['SIGNALBOX_LIMIT_OPERATION_TIMEOUT_MS', '10000', '10001'],
  ['SIGNALBOX_LIMIT_IMPORT_TIMEOUT_MS', '60000', '60001'],
  ['SIGNALBOX_LIMIT_TOKENS', '1000', '1001'],
  ['SIGNALBOX_LIMIT_DEPTH', '8', '9'],
  ['SIGNALBOX_LIMIT_ALIASES', '15', '16'],
  ['SIGNALBOX_LIMIT_DIRECTIVES', '20', '21'],
  ['SIGNALBOX_DATABASE_STATEMENT_TIMEOUT_MS', '5000', '5001'],
  ['SIGNALBOX_CACHE_LOCAL_SECONDS', '10', '11'],
  ['SIGNALBOX_CACHE_SHARED_SECONDS', '60', '61'],
  ['SIGNALBOX_ACCESS_TOKEN_MINUTES', '15', '16'],
  ['SIGNALBOX_REFRESH_GRACE_SECONDS', '30', '31'],
  ['SIGNALBOX_ARGON2_MEMORY_KIB', '19456', '19455'],
  ['SIGNALBOX_ARGON2_TIME', '2', '1'],
  ['SIGNALBOX_ARGON2_PARALLELISM', '1', '0'],
  ['SIGNALBOX_DRAIN_MS', '10000', '10001'],
])('%s accepts %s and refuses %s', (name, accepted, refused) => {
  expect(VARIABLES[name].parse(accepted)).toBe(Number(accepted));
  expect(VARIABLES[name].parse(refused)).toBeUndefined();
});
