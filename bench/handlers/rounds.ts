import type { ProcessorClock } from '../measure/processor-time.ts';
import type { Drainer, Effect } from './backlog.ts';

export interface Drain {
  readonly name: string;
  readonly perSecond: number;
  /** Microseconds of processor time per event: this process, and the servers (NaN where unknown). */
  readonly clientCpu: number;
  readonly serverCpu: number;
}

interface DrainOptions {
  readonly rounds: number;
  readonly events: number;
  readonly clock: ProcessorClock;
}

/** Every contender once per round, in an order that moves on by one each round; a round before them warms up. */
export async function drainInRounds(
  contenders: readonly Drainer[],
  effect: Effect,
  { rounds, events, clock }: DrainOptions,
): Promise<Drain[]> {
  const drains: Drain[] = [];
  for (let round = -1; round < rounds; round++) {
    for (let place = 0; place < contenders.length; place++) {
      const contender = contenders[(place + round + 1) % contenders.length];
      if (!contender) continue;
      await contender.fill(effect);
      const serverBefore = await clock.server();
      const clientBefore = clock.client();
      const start = performance.now();
      await contender.drain(effect);
      const seconds = (performance.now() - start) / 1_000;
      const clientCpu = (clock.client() - clientBefore) / events;
      const serverCpu = ((await clock.server()) - serverBefore) / events;
      if (round >= 0) drains.push({ name: contender.name, perSecond: events / seconds, clientCpu, serverCpu });
    }
    process.stderr.write(`${effect}: round ${round + 1} of ${rounds} done\n`);
  }
  return drains;
}
