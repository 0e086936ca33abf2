import { loadavg } from 'node:os';
import { quantile } from '../measure/statistics.ts';
import type { Measured } from './contender.ts';

export interface Row {
  readonly scenario: string;
  readonly contender: string;
  readonly measured: Measured;
}

/** Something that should be at most so much. */
export interface Aim {
  readonly name: string;
  readonly value: number;
  readonly most: number;
}

export function printMeasured(rows: readonly Row[]): void {
  console.log('| | | CPU µs per delivery | deliveries/s | p50 ms | p95 ms | p99 ms | RSS MiB |');
  console.log('|---|---|---:|---:|---:|---:|---:|---:|');
  for (const { scenario, contender, measured } of rows.toSorted((a, b) => order(rows, a) - order(rows, b))) {
    const { cpuUs, perSecond, latencies, rssBytes } = measured;
    const times = [0.5, 0.95, 0.99].map((q) => quantile(latencies, q).toFixed(1));
    const cells = [
      scenario,
      contender,
      cpuUs.toFixed(2),
      perSecond.toFixed(0),
      ...times,
      (rssBytes / 2 ** 20).toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function order(rows: readonly Row[], { scenario }: Row): number {
  return rows.findIndex((row) => row.scenario === scenario);
}

/** Bytes for each socket. */
export interface Memory {
  readonly connected: number;
  readonly subscribed: number;
  /** With a subscription whose document is like no other's. */
  readonly different: number;
}

export function printMemory(memory: ReadonlyMap<string, Memory>): void {
  console.log(
    '\n| heap and buffers, KB | per connected socket | with a subscription | with one to a document of its own |',
  );
  console.log('|---|---:|---:|---:|');
  for (const [name, { connected, subscribed, different }] of memory) {
    const cells = [connected, subscribed, different].map((bytes) => (bytes / 1000).toFixed(1));
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}

export function printAims(aims: readonly Aim[]): void {
  console.log('\n| aim | at most | measured | |');
  console.log('|---|---:|---:|---|');
  for (const { name, value, most } of aims) {
    const verdict = Number.isNaN(value) ? 'not measured' : value <= most ? 'met' : 'missed';
    console.log(`| ${name} | ${most} | ${value.toFixed(2)} | ${verdict} |`);
  }
  console.log(`\nLoad of the machine over the last minute: ${loadavg()[0]?.toFixed(1)}`);
}
