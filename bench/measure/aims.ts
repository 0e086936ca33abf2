import type { Sample } from './rounds.ts';
import { median } from './statistics.ts';

/** One contender against another of its group, by the first letters of their names. */
export interface Aim {
  readonly of: string;
  readonly to: string;
  /** The ratio of the rates that is aimed at; null for a comparison that no aim names. */
  readonly atLeast: number | null;
}

/**
 * Whether the aims are met, by the median of the ratios within each round. Beside it the ratio of the processor time that
 * both sides, client and server, take per run, which other load on the machine moves less: above 1 the first takes less.
 */
export function printAims(samples: readonly Sample[], aims: readonly Aim[]): void {
  console.log('\n### Aims\n');
  console.log('| | at a time | against | aim | rate | processor | |\n|---|---:|---|---:|---:|---:|---|');
  const places = [...new Map(samples.map((sample) => [keyOf(sample), sample])).values()];
  for (const { contender, concurrency } of places) {
    const here = samples.filter(
      (sample) => sample.contender.group === contender.group && sample.concurrency === concurrency,
    );
    const named = (start: string): Sample[] => here.filter((sample) => sample.contender.name.startsWith(start));
    for (const { of, to, atLeast } of aims) {
      const [ours, theirs] = [named(of), named(to)];
      if (ours.length === 0 || theirs.length === 0) continue;
      const rate = median(ours.map((sample, round) => sample.perSecond / (theirs[round]?.perSecond ?? Number.NaN)));
      const processor = median(theirs.map(processorTime)) / median(ours.map(processorTime));
      const cells = [
        `${contender.group}: ${ours[0]?.contender.name.slice(2)}`,
        concurrency,
        theirs[0]?.contender.name.slice(2),
        atLeast ?? '',
        rate.toFixed(2),
        processor.toFixed(2),
        atLeast === null ? '' : rate >= atLeast ? 'met' : 'not met',
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
}

function keyOf({ contender, concurrency }: Sample): string {
  return `${contender.group} ${concurrency}`;
}

function processorTime({ clientCpu, serverCpu }: Sample): number {
  return clientCpu + serverCpu;
}
