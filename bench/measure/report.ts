import type { Sample } from './rounds.ts';
import { median, quantile, spread } from './statistics.ts';

/** One table per group and concurrency; ratios are medians of the ratios to the group's first contender within each round. */
export function printReport(samples: readonly Sample[]): void {
  for (const group of unique(samples.map((sample) => sample.contender.group))) {
    for (const concurrency of unique(samples.map((sample) => sample.concurrency))) {
      const chosen = samples.filter((sample) => sample.contender.group === group && sample.concurrency === concurrency);
      if (chosen.length === 0) continue;
      console.log(`\n### ${group}, ${concurrency} at a time\n`);
      console.log('| | per second | spread | ratio | p50 ms | p95 ms | p99 ms | CPU µs: node | CPU µs: server |');
      console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
      const names = unique(chosen.map((sample) => sample.contender.name));
      const baseline = chosen.filter((sample) => sample.contender.name === names.toSorted()[0]);
      for (const name of names.toSorted()) {
        console.log(
          row(
            name,
            chosen.filter((sample) => sample.contender.name === name),
            baseline,
          ),
        );
      }
    }
  }
}

function row(name: string, samples: readonly Sample[], baseline: readonly Sample[]): string {
  const rates = samples.map((sample) => sample.perSecond);
  const ratios = rates.map((rate, round) => rate / (baseline[round]?.perSecond ?? Number.NaN));
  const latencies = samples.flatMap((sample) => sample.latencies);
  const cells = [
    name,
    median(rates).toFixed(0),
    `± ${(spread(rates) * 100).toFixed(0)} %`,
    median(ratios).toFixed(2),
    ...[0.5, 0.95, 0.99].map((q) => quantile(latencies, q).toFixed(2)),
    median(samples.map((sample) => sample.clientCpu)).toFixed(0),
    median(samples.map((sample) => sample.serverCpu)).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
