import { withPostgres } from '../support/postgres-client.ts';
import { Administrator } from './administrator.ts';
import type { History } from './checker/history.ts';
import { describeMails, readDatabase, readEvidence } from './collect.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { breakThings } from './faults.ts';
import type { Plan } from './plan.ts';
import { Population } from './population.ts';
import { untilQuiet, untilReady } from './quiet.ts';
import { RestlessSubscriber } from './subscribers.ts';
import { Visitor } from './visitors.ts';
import { Watcher } from './watcher.ts';
import { Writer } from './writers.ts';

export interface RunOptions {
  readonly tell: (line: string) => void;
  /** Of PostgreSQL, instead of those that keep what was acknowledged. */
  readonly databaseSettings?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly history: History;
  /** Rows that say how things came about, for whoever looks for the cause of a fault; the checker does not read them. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Carries a plan out: everything works and breaks at once; then all is healed, and what there is to know is collected. */
export async function carryOut(plan: Plan, { tell, databaseSettings = {} }: RunOptions): Promise<RunResult> {
  await using deployment = await startDeployment(databaseSettings);
  const administrator = new Administrator(deployment);
  await administrator.signIn();
  const people = new Population();
  const writers = plan.writers.map((random) => new Writer(administrator, people, random));
  for (let index = 0; index < plan.people; index++) await writers[index % writers.length]?.createPerson();
  const visitors = await Promise.all(plan.visitors.map((random) => Visitor.make(administrator, random)));
  const head = await readHead(deployment);
  const subscribers = plan.subscribers.map((each) => new RestlessSubscriber(each, administrator, head));
  const watcher = new Watcher();
  tell(`${plan.people} people, ${writers.length} writers, ${subscribers.length} subscribers; things begin to break`);

  const endsAt = Date.now() + plan.durationMs;
  const isOver = (): boolean => Date.now() > endsAt;
  let isWatched = true;
  const watching = watcher.run(deployment.postgres.url, () => !isWatched);
  await Promise.all([
    ...plan.faults.map((faults) => breakThings(deployment, faults, { isOver, tell })),
    ...writers.map((writer) => writer.run(isOver)),
    ...subscribers.map((subscriber) => subscriber.run(isOver)),
    ...visitors.map((visitor) => visitor.run(isOver)),
  ]);

  const healedAt = performance.now();
  const sinceHealed = (): number => Math.round(performance.now() - healedAt);
  await untilReady(deployment.processes).catch(tellOf(tell));
  const readyAfterMs = sinceHealed();
  await Promise.all(writers.map((writer) => writer.settle()));
  const [random] = plan.writers;
  if (random) await untilQuiet(await administrator.at(random)).catch(tellOf(tell));
  const quietAfterMs = sinceHealed();
  tell(`Ready: ${readyAfterMs} ms after the last fault; quiet: ${quietAfterMs} ms after it`);

  const stored = await readDatabase(deployment.postgres.url);
  const lastEvent = (types: readonly string[] | null): string | undefined =>
    stored.log.findLast(({ type }) => types === null || types.includes(type))?.id;
  await Promise.all(subscribers.map((subscriber) => subscriber.catchUp(lastEvent)));
  isWatched = false;
  await watching;
  await Promise.all(deployment.processes.map((each) => each.end('SIGTERM')));
  tellOfErrors(deployment, subscribers, tell);
  const history: History = {
    seed: plan.seed,
    ...stored,
    writes: writers.flatMap((writer) => writer.writes.map(({ command: _command, ...write }) => write)),
    looks: watcher.looks,
    mails: describeMails(deployment.mail.mails),
    subscribers: subscribers.map(({ history }) => history),
    sessionSteps: visitors.flatMap(({ steps }) => steps),
    processes: deployment.processes.flatMap(({ records }) => records),
    healing: { readyAfterMs, quietAfterMs },
  };
  return { history, evidence: await readEvidence(deployment.postgres.url) };
}

/** What does not come about in time is for the checker to judge. */
function tellOf(tell: RunOptions['tell']): (error: unknown) => void {
  return (error) => tell(error instanceof Error ? error.message : String(error));
}

async function readHead({ postgres }: Deployment): Promise<number> {
  const { rows } = await withPostgres(postgres.url, (client) =>
    client.query<{ head: number }>('select coalesce(max(position), 0)::float8 as head from inspect.events'),
  );
  return rows[0]?.head ?? 0;
}

/** For whoever reads: servers that are away make errors, which are no faults. */
function tellOfErrors(
  { processes }: Deployment,
  subscribers: readonly RestlessSubscriber[],
  tell: RunOptions['tell'],
): void {
  for (const { name, errors, records } of processes) {
    for (const { end } of records) tell(`${name}: ${end}`);
    for (const [line, count] of errors) tell(`${name} logged ${count} × ${line}`);
  }
  const refusals = Map.groupBy(
    subscribers.flatMap(({ history }) => history.refusals),
    (code) => code,
  );
  for (const [code, { length }] of refusals) tell(`Subscribers were told ${length} × ${code}`);
}
