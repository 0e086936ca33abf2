import type { Sample } from './rounds.ts';
import { median, quantile } from './statistics.ts';

/** Other load only ever takes speed away, so the fastest slices are those that ran undisturbed. */
const BEST = 0.9;

/** One table per group and concurrency; ratios are medians of the ratios to the group's first contender within each round. */
export function printReport(samples: readonly Sample[]): void {
  for (const group of unique(samples.map((sample) => sample.contender.group))) {
    for (const concurrency of unique(samples.map((sample) => sample.concurrency))) {
      const chosen = samples.filter((sample) => sample.contender.group === group && sample.concurrency === concurrency);
      if (chosen.length === 0) continue;
      console.log(`\n### ${group}, ${concurrency} at a time\n`);
      console.log(
        '| | per second | ratio | its middle half | ratio of the best tenths | p50 ms | p95 ms | p99 ms | CPU µs: node | CPU µs: server |',
      );
      console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
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
  const baseRates = baseline.map((sample) => sample.perSecond);
  const latencies = samples.flatMap((sample) => sample.latencies);
  const cells = [
    name,
    median(rates).toFixed(0),
    median(ratios).toFixed(2),
    `${quantile(ratios, 0.25).toFixed(2)}-${quantile(ratios, 0.75).toFixed(2)}`,
    (quantile(rates, BEST) / quantile(baseRates, BEST)).toFixed(2),
    ...[0.5, 0.95, 0.99].map((q) => quantile(latencies, q).toFixed(2)),
    `${median(samples.map((sample) => sample.clientCpu)).toFixed(0)} (${quantile(
      samples.map((sample) => sample.clientCpu),
      0.1,
    ).toFixed(0)})`,
    `${median(samples.map((sample) => sample.serverCpu)).toFixed(0)} (${quantile(
      samples.map((sample) => sample.serverCpu),
      0.1,
    ).toFixed(0)})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
