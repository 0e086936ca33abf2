import type { CommitCutter, CutPlace } from '../support/commit-cutter.ts';
import { withPostgres } from '../support/postgres-client.ts';
import type { PrivateServer } from '../support/private-server.ts';
import { withRedis } from '../support/redis-client.ts';
import type { SinkBehaviour, SmtpSink } from '../support/smtp-sink.ts';
import type { Deployment } from './deployment.ts';
import { pause } from './pause.ts';
import type { FaultKind, PlannedFault } from './plan.ts';
import type { SupervisedProcess } from './supervised-process.ts';

const BETWEEN_CUTS_MS = 50;
const LONGEST_WAIT_FOR_MAIL_MS = 3_000;

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
  'mail deferred': ({ mail }, { lastsMs }) => behaveFor(mail, 'try-later', lastsMs),
  'mail taken without a word': ({ mail }, { lastsMs }) => behaveFor(mail, 'drop-after-data', lastsMs),
  'commits lost': ({ commits }, { lastsMs }) => cutCommits(commits, 'on its way there', lastsMs),
  'answers of commits lost': ({ commits }, { lastsMs }) => cutCommits(commits, 'on its way back', lastsMs),
  'people locked': ({ postgres }, { lastsMs }) => lockPeople(postgres, lastsMs),
  'workers killed amid a mail': killAmidMail,
};

async function behaveFor(mail: SmtpSink, behaviour: SinkBehaviour, lastsMs: number): Promise<void> {
  mail.behaviour = behaviour;
  await pause(lastsMs);
  mail.behaviour = 'accept';
}

/** One after the other, each as soon as there is one. */
async function cutCommits(commits: CommitCutter, place: CutPlace, lastsMs: number): Promise<void> {
  const until = Date.now() + lastsMs;
  while (Date.now() < until) {
    commits.arm(place);
    await pause(BETWEEN_CUTS_MS);
  }
}

/** As a stranger's long transaction does: whoever writes to one of them waits, and everybody else goes on. */
async function lockPeople(postgres: PrivateServer, lastsMs: number): Promise<void> {
  await withPostgres(postgres.url, async (client) => {
    await client.query('begin');
    await client.query(
      `select from app_user where id in (select id from app_user order by md5(id::text) limit 5) for update`,
    );
    await pause(lastsMs);
    await client.query('rollback');
  });
}

/** Both, so that it is the one that sends: with the mail on its way, or with the other side's word for it. */
async function killAmidMail({ mail, workers }: Deployment, { lastsMs }: PlannedFault): Promise<void> {
  const asked = Promise.withResolvers<void>();
  let questions = 0;
  mail.behaviour = () => {
    // One for the recipient, one for the mail.
    if (++questions < 2) return 'accept';
    asked.resolve();
    return 'hang';
  };
  await Promise.race([asked.promise, pause(LONGEST_WAIT_FOR_MAIL_MS)]);
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  mail.behaviour = 'accept';
  await pause(lastsMs);
  await Promise.all(workers.map((worker) => worker.start()));
}

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
