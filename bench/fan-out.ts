import { startRedis } from '../test/support/redis-server.ts';
import { Contender, BROADCAST, type Kind, type Measured, PLAIN_YOGA, SIGNALBOX } from './fan-out/contender.ts';
import { type Aim, type Memory, printAims, printMemory, printMeasured, type Row } from './fan-out/report.ts';
import {
  differentDocuments,
  disjointFilters,
  overlappingFilters,
  shared,
  type Subscription,
} from './fan-out/scenario.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { quantile } from './measure/statistics.ts';

const subscribers = Number(process.env['BENCH_SUBSCRIBERS'] ?? 1_000);
const burst = Number(process.env['BENCH_EVENTS'] ?? 200);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 6);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const only = process.env['BENCH_ONLY'];
/** Part of the names of scenarios; others are left out. */
const chosen = process.env['BENCH_SCENARIO'] ?? '';

const AT_A_TRICKLE = 20;
const AT_A_FLOW = 500;
const WARM_UP = 100;
/** Before a scenario is measured: the engine goes on compiling for some ten seconds, and would be measured with it. */
const DELIVERIES_TO_COMPILE = 100_000;
const FILTERS = 100;

await using resources = new AsyncDisposableStack();
const postgres = resources.use(await startDurableServer());
const redis = resources.use(await startRedis());
const servers = { postgres, redisUrl: redis.url };
const rows: Row[] = [];

interface Scenario {
  readonly name: string;
  readonly ask: (index: number) => Subscription;
  readonly events: number;
  /** Events a second; null is a burst, a hundred to a transaction. */
  readonly perSecond: number | null;
  /** Of the subscribers so many get an event. */
  readonly share: number;
  readonly kinds: readonly Kind[];
}

const all = [SIGNALBOX, BROADCAST, PLAIN_YOGA];
const SCENARIOS: readonly Scenario[] = [
  { name: 'one document', ask: shared, events: burst, perSecond: null, share: 1, kinds: all },
  {
    name: '100 filters, all let it through',
    ask: overlappingFilters,
    events: burst,
    perSecond: null,
    share: 1,
    kinds: [SIGNALBOX],
  },
  {
    name: '100 filters, one lets it through',
    ask: disjointFilters,
    // As many deliveries as of the others: else what is left to do from opening the sockets is a good part of it.
    events: burst * FILTERS,
    perSecond: null,
    share: FILTERS,
    kinds: all,
  },
  {
    name: 'all documents different',
    ask: differentDocuments,
    events: burst,
    perSecond: null,
    share: 1,
    kinds: [SIGNALBOX, PLAIN_YOGA],
  },
  {
    name: `trickle, ${AT_A_TRICKLE}/s`,
    ask: shared,
    events: AT_A_TRICKLE * seconds,
    perSecond: AT_A_TRICKLE,
    share: 1,
    kinds: [SIGNALBOX, BROADCAST],
  },
  {
    name: `flow, ${AT_A_FLOW}/s to all`,
    ask: shared,
    events: AT_A_FLOW * seconds,
    perSecond: AT_A_FLOW,
    share: 1,
    kinds: [SIGNALBOX, BROADCAST],
  },
  {
    name: `flow, ${AT_A_FLOW}/s, each to one in 100`,
    ask: disjointFilters,
    events: AT_A_FLOW * seconds,
    perSecond: AT_A_FLOW,
    share: FILTERS,
    kinds: all,
  },
];

const memory = new Map<string, Memory>();
for (const kind of all) {
  if (only !== undefined && only !== kind.name) continue;
  memory.set(kind.name, await measureMemory(kind));
  await using contender = await Contender.start(kind, servers);
  for (const scenario of SCENARIOS) {
    if (!scenario.kinds.includes(kind) || !scenario.name.includes(chosen)) continue;
    const measured = await run(contender, scenario);
    rows.push({ scenario: scenario.name, contender: kind.name, measured });
  }
}
console.log(`\n${subscribers} subscribers, one socket each; a burst has ${burst} events\n`);
printMeasured(rows);
printMemory(memory);
printAims(aims());

/** Medians of the rounds; the latencies of all of them. */
async function run(contender: Contender, scenario: Scenario): Promise<Measured> {
  await warmUp(contender, scenario);
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await runOnce(contender, scenario));
  const each = measured.map(({ cpuUs }) => cpuUs.toFixed(1)).join(', ');
  process.stderr.write(`${contender.kind.name}, ${scenario.name}: ${each} µs per delivery\n`);
  const median = (valueOf: (of: Measured) => number): number => quantile(measured.map(valueOf), 0.5);
  return {
    deliveries: measured.reduce((sum, { deliveries }) => sum + deliveries, 0),
    cpuUs: median(({ cpuUs }) => cpuUs),
    perSecond: median(({ perSecond }) => perSecond),
    latencies: measured.flatMap(({ latencies }) => latencies),
    rssBytes: Math.max(...measured.map(({ rssBytes }) => rssBytes)),
  };
}

async function warmUp(contender: Contender, { ask, share }: Scenario): Promise<void> {
  await contender.subscribe(Array.from({ length: subscribers }, (_, index) => ask(index)));
  const transactions = Math.ceil((DELIVERIES_TO_COMPILE * share) / subscribers / FILTERS);
  const events = transactions * FILTERS;
  await contender.measure({ events, together: FILTERS, perSecond: null }, (events * subscribers) / share);
  await contender.unsubscribe();
}

async function runOnce(contender: Contender, { ask, events, perSecond, share }: Scenario): Promise<Measured> {
  const together = perSecond === null ? FILTERS : 1;
  await contender.subscribe(Array.from({ length: subscribers }, (_, index) => ask(index)));
  const deliveriesOf = (count: number): number => (count * subscribers) / share;
  await contender.measure({ events: WARM_UP, together: FILTERS, perSecond: null }, deliveriesOf(WARM_UP));
  const measured = await contender.measure({ events, together, perSecond }, deliveriesOf(events));
  await contender.unsubscribe();
  return measured;
}

/** Bytes of heap and buffers for each socket that only is connected, and for each with one subscription, to one document or its own. */
async function measureMemory(kind: Kind): Promise<Memory> {
  await using contender = await Contender.start(kind, servers);
  const held = async (): Promise<number> => (await contender.server.ask('usage', { collect: true })).heldBytes;
  // What is made once, for the first, is no cost of the others.
  await contender.subscribe(Array.from({ length: FILTERS }, () => shared()));
  await contender.unsubscribe();
  const empty = await held();
  if (kind.isBare) {
    await contender.subscribe(Array.from({ length: subscribers }, () => shared()));
    const each = ((await held()) - empty) / subscribers;
    return { connected: each, subscribed: each, different: each };
  }
  await contender.subscribe(Array.from({ length: subscribers }, () => null));
  const connected = await held();
  await contender.unsubscribe();
  await contender.subscribe(Array.from({ length: subscribers }, () => shared()));
  const subscribed = await held();
  await contender.unsubscribe();
  await contender.subscribe(Array.from({ length: subscribers }, (_, index) => differentDocuments(index)));
  const different = await held();
  const each = (bytes: number): number => (bytes - empty) / subscribers;
  return { connected: each(connected), subscribed: each(subscribed), different: each(different) };
}

function aims(): Aim[] {
  const find = (scenario: string, { name }: Kind): Measured | undefined =>
    rows.find((row) => row.scenario === scenario && row.contender === name)?.measured;
  const ratio = (scenario: string, base: Kind, of = 'one document'): number =>
    (find(scenario, SIGNALBOX)?.cpuUs ?? Number.NaN) / (find(of, base)?.cpuUs ?? Number.NaN);
  const [, overlapping = '', disjoint = '', different = '', trickle = '', toAll = '', toSome = ''] = SCENARIOS.map(
    ({ name }) => name,
  );
  const latency = (scenario: string, q: number): number => quantile(find(scenario, SIGNALBOX)?.latencies ?? [], q);
  const idle = memory.get(SIGNALBOX.name);
  return [
    { name: 'CPU, one document, to a bare broadcast', value: ratio('one document', BROADCAST), most: 0.4 },
    { name: 'CPU, one document, to plain yoga', value: ratio('one document', PLAIN_YOGA), most: 0.1 },
    { name: `CPU, ${overlapping}, to a bare broadcast`, value: ratio(overlapping, BROADCAST), most: 1 },
    { name: `CPU, ${disjoint}, to a bare broadcast to all`, value: ratio(disjoint, BROADCAST), most: 1 },
    { name: `CPU, ${disjoint}, to a bare server of the same`, value: ratio(disjoint, BROADCAST, disjoint), most: 1 },
    { name: `CPU, ${different}, to plain yoga`, value: ratio(different, PLAIN_YOGA, different), most: 0.5 },
    { name: `CPU, ${trickle}, to a bare broadcast`, value: ratio(trickle, BROADCAST, trickle), most: 1.2 },
    { name: `ms p50, ${toAll}`, value: latency(toAll, 0.5), most: 5 },
    { name: `ms p99, ${toAll}`, value: latency(toAll, 0.99), most: 25 },
    { name: `ms p50, ${toSome}`, value: latency(toSome, 0.5), most: 5 },
    { name: `ms p99, ${toSome}`, value: latency(toSome, 0.99), most: 25 },
    { name: 'KB per idle socket, connected', value: (idle?.connected ?? Number.NaN) / 1000, most: 15 },
    { name: 'KB per idle socket, with a subscription', value: (idle?.subscribed ?? Number.NaN) / 1000, most: 15 },
  ];
}
