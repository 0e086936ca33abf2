import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CONNECT_TIMEOUT_MS = 1000;

/** Whether something listens where a Docker engine would: far cheaper than to load testcontainers and let it look. */
export async function dockerEngineAnswers(): Promise<boolean> {
  const answers = await Promise.all(candidates().map(accepts));
  return answers.includes(true);
}

function candidates(): NetConnectOpts[] {
  const { DOCKER_HOST, XDG_RUNTIME_DIR } = process.env;
  if (DOCKER_HOST) {
    const { pathname, hostname, port } = new URL(DOCKER_HOST);
    return [hostname === '' ? { path: pathname } : { host: hostname, port: Number(port) }];
  }
  const runtimeDirectory = XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.()}`;
  return [
    { path: '/var/run/docker.sock' },
    { path: join(runtimeDirectory, 'docker.sock') },
    { path: join(homedir(), '.docker', 'run', 'docker.sock') },
  ];
}

async function accepts(endpoint: NetConnectOpts): Promise<boolean> {
  const socket = connect(endpoint);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
