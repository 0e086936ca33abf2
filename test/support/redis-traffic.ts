import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectEncrypted } from 'node:tls';
import { look } from './canaries.ts';
import { withRedis } from './redis-client.ts';
import { waitFor } from './wait-for.ts';

/** Everything clients sent to a Redis since this was opened, one command a line. */
export interface RedisTraffic extends AsyncDisposable {
  readonly text: string;
}

export async function watchRedis(url: string): Promise<RedisTraffic> {
  const lines: string[] = [];
  const monitor = await openMonitor(url, ({ text }) => lines.push(text));
  return {
    get text() {
      return lines.join('\n');
    },
    async [Symbol.asyncDispose]() {
      monitor.destroy();
    },
  };
}

/** Looks at whatever is sent to one database of a Redis until disposed of, and by then has seen all of it. */
export async function lookAtRedis(url: string): Promise<AsyncDisposable> {
  const ours = new URL(url).pathname.slice(1) || '0';
  const end = `end of ${ours} ${crypto.randomUUID()}`;
  let isSeen = false;
  const monitor = await openMonitor(url, ({ database, text }) => {
    if (text.includes(end)) isSeen = true;
    else if (database === ours) look('redis', text, 'sent to Redis');
  });
  return {
    async [Symbol.asyncDispose]() {
      await withRedis(url, (client) => client.echo(end));
      await waitFor(() => isSeen, { describe: 'the end of what was sent to Redis' });
      monitor.destroy();
    },
  };
}

interface Monitored {
  readonly database: string;
  /** The command with its arguments, each in quotes. */
  readonly text: string;
}

/**
 * By hand: ioredis fails when commands of others come in the same packet as the answer to MONITOR. Redis writes each
 * command in one line, `+time [database client] "name" "argument" …`, and hides passwords.
 */
async function openMonitor(url: string, take: (command: Monitored) => void): Promise<Socket> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const at = { host: hostname, port: Number(port || 6379) };
  const socket = protocol === 'rediss:' ? connectEncrypted(at) : connectPlain(at);
  const login = [username, password].filter((word) => word !== '').map(decodeURIComponent);
  // An OK for each of the commands below.
  let awaited = login.length > 0 ? 2 : 1;
  const ready = Promise.withResolvers<void>();
  let rest = '';
  socket.setEncoding('utf8').on('data', (data: string) => {
    const lines = (rest + data).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { database, text } = /^\+\d+\.\d+ \[(?<database>\d+) [^\]]*\] (?<text>.*)$/s.exec(line)?.groups ?? {};
      if (database !== undefined && text !== undefined) take({ database, text });
      else if (line.startsWith('-')) ready.reject(new Error(`Redis does not let itself be watched: ${line}`));
      else if (--awaited === 0) ready.resolve();
    }
  });
  socket.on('error', ready.reject);
  await once(socket, protocol === 'rediss:' ? 'secureConnect' : 'connect');
  if (login.length > 0) socket.write(`AUTH ${login.join(' ')}\r\n`);
  socket.write('MONITOR\r\n');
  await ready.promise;
  return socket;
}
