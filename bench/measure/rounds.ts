import type { Contender } from './contender.ts';
import type { ProcessorClock } from './processor-time.ts';

export interface Sample {
  readonly contender: Contender;
  readonly concurrency: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
  /** Microseconds of processor time per run: this process, and the server (NaN where unknown). */
  readonly clientCpu: number;
  readonly serverCpu: number;
}

export interface RoundOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly concurrencies: readonly number[];
  readonly clock: ProcessorClock;
  /** For work that takes so long that fewer runs are enough. */
  readonly warmUpRuns?: number;
}

/** The engine compiles a path of this length only after thousands of runs; until then it costs several times as much. */
const WARM_UP_RUNS = 3_000;
const WARM_UP_CONCURRENCY = 16;

/**
 * Runs every contender once per round at every concurrency, in an order that moves on by one each round, so that
 * whatever the machine does meanwhile falls on all of them. Rounds should be short and many.
 */
export async function runRounds(contenders: readonly Contender[], options: RoundOptions): Promise<Sample[]> {
  for (const contender of contenders) {
    await contender.prepare?.();
    await warmUp(contender, options.warmUpRuns ?? WARM_UP_RUNS);
  }
  process.stderr.write('warm\n');
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const concurrency of options.concurrencies) {
      for (let place = 0; place < contenders.length; place++) {
        const contender = contenders[(place + round) % contenders.length];
        if (contender) samples.push(await runFor(contender, concurrency, options.seconds, options.clock));
      }
    }
    process.stderr.write(`round ${round + 1} of ${options.rounds} done\n`);
  }
  return samples;
}

async function warmUp(contender: Contender, runs: number): Promise<void> {
  let left = runs;
  const work = async (worker: number): Promise<void> => {
    while (left-- > 0) await contender.run(worker);
  };
  await Promise.all(Array.from({ length: WARM_UP_CONCURRENCY }, (_, worker) => work(worker)));
}

async function runFor(
  contender: Contender,
  concurrency: number,
  seconds: number,
  clock: ProcessorClock,
): Promise<Sample> {
  await contender.prepare?.();
  const latencies: number[] = [];
  const serverBefore = await clock.server();
  const clientBefore = clock.client();
  const start = performance.now();
  const end = start + seconds * 1000;
  const work = async (worker: number): Promise<void> => {
    for (let from = performance.now(); from < end;) {
      await contender.run(worker);
      const now = performance.now();
      latencies.push(now - from);
      from = now;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  const elapsed = (performance.now() - start) / 1000;
  const clientCpu = clock.client() - clientBefore;
  const serverCpu = (await clock.server()) - serverBefore;
  return {
    contender,
    concurrency,
    perSecond: latencies.length / elapsed,
    latencies,
    clientCpu: clientCpu / latencies.length,
    serverCpu: serverCpu / latencies.length,
  };
}
