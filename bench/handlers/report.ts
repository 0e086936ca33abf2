import { median, quantile } from '../measure/statistics.ts';
import type { Drainer } from './backlog.ts';
import type { Drain } from './rounds.ts';

interface Aim {
  readonly title: string;
  /** Of the first contender, as a multiple of the best of the others. */
  readonly atLeast: number;
}

/** Ratios are medians of the ratios to the first contender within each round; the aim is against the best rival of each round. */
export function printDrains(aim: Aim, drains: readonly Drain[], contenders: readonly Drainer[]): void {
  const of = (name: string): Drain[] => drains.filter((drain) => drain.name === name);
  const [first, ...rivals] = contenders.map(({ name }) => of(name));
  if (!first) return;
  console.log(`\n### ${aim.title}\n`);
  console.log(
    '| | events per second | ratio | its middle half | CPU µs an event: node | CPU µs: servers | CPU ratio |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  const firstCpu = median(first.map(processorTime));
  for (const own of [first, ...rivals]) {
    const ratios = own.map(({ perSecond }, round) => perSecond / (first[round]?.perSecond ?? Number.NaN));
    const cells = [
      own[0]?.name,
      median(own.map(({ perSecond }) => perSecond)).toFixed(0),
      median(ratios).toFixed(2),
      `${quantile(ratios, 0.25).toFixed(2)}-${quantile(ratios, 0.75).toFixed(2)}`,
      median(own.map(({ clientCpu }) => clientCpu)).toFixed(0),
      median(own.map(({ serverCpu }) => serverCpu)).toFixed(0),
      (median(own.map(processorTime)) / firstCpu).toFixed(2),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  if (rivals.length === 0) return;
  const others = contenders.filter(({ product }) => product !== contenders[0]?.product).map(({ name }) => of(name));
  const againstBest = first.map(
    ({ perSecond }, round) => perSecond / Math.max(...others.map((own) => own[round]?.perSecond ?? 0)),
  );
  const reached = median(againstBest);
  const verdict = reached >= aim.atLeast ? 'met' : 'not met';
  console.log(`\nAgainst the best of the others: ${reached.toFixed(2)}; aim ${aim.atLeast}: ${verdict}.`);
}

function processorTime({ clientCpu, serverCpu }: Drain): number {
  return clientCpu + serverCpu;
}
