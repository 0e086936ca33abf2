import { expect, test } from 'vitest';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { createHandlerDeployment, untilCaughtUp } from './handler-deployment.ts';
import { appendEntries, entries, orderFaults } from './sample-ledger.ts';

const KILLS = 3;
const EVERY = 50;
const COUNT = EVERY * (KILLS + 1);

test.for(['before', 'after'] as const)(
  'a worker killed just %s its acknowledgement repeats what was under way with the same key, and nothing else',
  { timeout: 90_000 },
  async (when) => {
    await using deployment = await createHandlerDeployment();
    await using sink = await EffectSink.listen();
    const { sql, env } = deployment;
    await appendEntries(sql, entries(COUNT, 20));
    let mayRepeat = 0;
    for (let round = 1; round <= KILLS; round++) {
      const killed = Promise.withResolvers<void>();
      const goal = sink.effects.length + EVERY;
      let isArmed = true;
      sink.onEffect = (effect, answer) => {
        if (sink.effects.length < goal || !isArmed) return;
        isArmed = false;
        const kill = (): void => {
          process.kill(effect.process, 'SIGKILL');
          killed.resolve();
        };
        if (when === 'before') kill();
        else answer.afterwards = kill;
      };
      await using worker = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 2 });
      await killed.promise;
      await worker.untilEnded();
      const arrived = sink.effects.filter((effect) => effect.process === worker.pid).map(({ eventId }) => eventId);
      const unmarked = await sql(
        `select 1 from handler_effect where handler = 'courier' and outcome = 'intended' and event_id = any($1::uuid[])`,
        [arrived],
      );
      mayRepeat += unmarked.length;
    }
    sink.onEffect = null;
    await using _last = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 2 });
    await untilCaughtUp(sql, 'courier');
    expect(sink.firstArrivals()).toHaveLength(COUNT);
    expect([...sink.keysByEvent().values()].filter((keys) => keys.size !== 1)).toEqual([]);
    expect(sink.repeated).toBeLessThanOrEqual(mayRepeat);
    // Eight at once in each of two lanes.
    expect(mayRepeat).toBeLessThanOrEqual(KILLS * 16);
    expect(orderFaults(sink.firstArrivals())).toEqual([]);
  },
);
