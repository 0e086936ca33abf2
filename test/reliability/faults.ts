import { withPostgres } from '../support/postgres-client.ts';
import type { PrivateServer } from '../support/private-server.ts';
import { withRedis } from '../support/redis-client.ts';
import type { Deployment } from './deployment.ts';
import { pause } from './pause.ts';
import type { FaultKind, PlannedFault } from './plan.ts';
import type { SupervisedProcess } from './supervised-process.ts';

/** Breaks one thing after the other until it is over; all is whole again when it resolves. */
export async function breakThings(
  deployment: Deployment,
  faults: readonly PlannedFault[],
  { isOver, tell }: { readonly isOver: () => boolean; readonly tell: (line: string) => void },
): Promise<void> {
  for (const fault of faults) {
    await pause(fault.pauseMs);
    if (isOver()) return;
    const startedAt = performance.now();
    await FAULTS[fault.kind](deployment, fault);
    tell(`${fault.kind} (${fault.node + 1}), whole again after ${Math.round(performance.now() - startedAt)} ms`);
  }
}

const FAULTS: Readonly<Record<FaultKind, (deployment: Deployment, fault: PlannedFault) => Promise<void>>> = {
  'api killed': ({ apis }, { node, lastsMs }) => endFor(apis[node], 'SIGKILL', lastsMs),
  'api stopped': ({ apis }, { node, lastsMs }) => endFor(apis[node], 'SIGTERM', lastsMs),
  'worker killed': ({ workers }, { node, lastsMs }) => endFor(workers[node], 'SIGKILL', lastsMs),
  'worker stopped': ({ workers }, { node, lastsMs }) => endFor(workers[node], 'SIGTERM', lastsMs),
  async 'worker frozen'({ workers }, { node, lastsMs }) {
    using _frozen = workers[node].freeze();
    await pause(lastsMs);
  },
  'postgres killed': ({ postgres }, { lastsMs }) => killFor(postgres, lastsMs),
  'redis killed': ({ redis }, { lastsMs }) => killFor(redis, lastsMs),
  async 'backends terminated'({ postgres }) {
    await withPostgres(postgres.url, (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid() and pid % 2 = 0`,
      ),
    );
  },
  async 'pubsub connections killed'({ redis }) {
    await withRedis(redis.url, (client) => client.call('client', 'kill', 'type', 'pubsub'));
  },
  async 'mail deferred'({ mail }, { lastsMs }) {
    mail.behaviour = 'try-later';
    await pause(lastsMs);
    mail.behaviour = 'accept';
  },
};

async function endFor(ended: SupervisedProcess, signal: 'SIGKILL' | 'SIGTERM', lastsMs: number): Promise<void> {
  await ended.end(signal);
  await pause(lastsMs);
  await ended.start();
}

async function killFor(server: PrivateServer, lastsMs: number): Promise<void> {
  await server.kill();
  await pause(lastsMs);
  await server.restart();
}
