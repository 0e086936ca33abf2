import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Claim, HashSlots, type HashSlotLimits } from './hash-slots.ts';

const LIMITS: HashSlotLimits = { maxConcurrent: 2, maxWaitMs: 200, maxWaiting: 2, maxBackgroundWaiting: 2 };

const SOMEBODY: Claim = { from: '192.0.2.1', isKnown: false };
const stranger = (from: string): Claim => ({ from, isKnown: false });

/** On a clock that stands still, so that tasks seem to take no time. */
const makeSlots = (change: Partial<HashSlotLimits> = {}, expectedMs = 1, now = (): number => 0): HashSlots =>
  new HashSlots({ ...LIMITS, ...change }, expectedMs, now);

/** A task that ends when told to, and says when it has started. */
function heldTask(): { task: () => Promise<string>; started: Promise<void>; finish: () => void } {
  const started = Promise.withResolvers<void>();
  const held = Promise.withResolvers<string>();
  const task = (): Promise<string> => {
    started.resolve();
    return held.promise;
  };
  return { task, started: started.promise, finish: () => held.resolve('done') };
}

describe('hash slots', () => {
  it('never run more tasks at once than there are slots', async () => {
    const slots = makeSlots({ maxWaiting: 50 });
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await nextTurn();
      running -= 1;
    };
    await Promise.all([
      ...Array.from({ length: 20 }, () => slots.run(SOMEBODY, work)),
      ...Array.from({ length: 2 }, () => slots.runInBackground(work)),
    ]);
    expect(most).toBe(2);
  });

  it('start waiting tasks in their order of arrival, and a failed task frees its slot', async () => {
    const slots = makeSlots({ maxConcurrent: 1 });
    const order: string[] = [];
    const first = slots.run(SOMEBODY, () => Promise.reject(new Error('broken')));
    const second = slots.run(SOMEBODY, async () => void order.push('second'));
    const third = slots.run(SOMEBODY, async () => void order.push('third'));
    await expect(first).rejects.toThrow('broken');
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
  });

  it('refuse a task that got no slot in time, and never run it', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxWaitMs: 5 });
    const holder = heldTask();
    const held = slots.run(SOMEBODY, holder.task);
    let ran = false;
    const refused = slots.run(SOMEBODY, async () => void (ran = true));
    await expect(refused).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterMs: 5 } });
    holder.finish();
    await held;
    await slots.run(SOMEBODY, async () => 'free again');
    expect(ran).toBe(false);
  });

  it('refuse at once when the queue is full', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxWaiting: 1 });
    const holder = heldTask();
    const held = slots.run(SOMEBODY, holder.task);
    const waiting = slots.run(SOMEBODY, async () => 'waited');
    await expect(slots.run(SOMEBODY, async () => 'too many')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    holder.finish();
    expect(await Promise.all([held, waiting])).toEqual(['done', 'waited']);
  });

  it('hold a place for nobody who cannot have a turn in time, by how long tasks took of late', async () => {
    const clock = { ms: 0 };
    const slots = makeSlots({ maxConcurrent: 1, maxWaitMs: 200, maxWaiting: 64 }, 90, () => clock.ms);
    const places = async (): Promise<number> => {
      const holder = heldTask();
      const held = slots.run(SOMEBODY, holder.task);
      const outcomes = Promise.allSettled(Array.from({ length: 10 }, () => slots.run(SOMEBODY, async () => 'done')));
      await nextTurn();
      holder.finish();
      await held;
      return (await outcomes).filter(({ status }) => status === 'fulfilled').length;
    };
    expect(await places()).toBe(2);

    const long = heldTask();
    const held = slots.run(SOMEBODY, long.task);
    clock.ms += 1_000;
    long.finish();
    await held;
    expect(await places()).toBe(1);
  });

  it('go round among addresses, whoever asks most often', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxWaiting: 10 });
    const order: string[] = [];
    const holder = heldTask();
    const held = slots.run(stranger('flood'), holder.task);
    const ask = (from: string): Promise<void> => slots.run(stranger(from), async () => void order.push(from));
    const asked = [...Array.from({ length: 4 }, () => ask('flood')), ask('one'), ask('one'), ask('other')];
    holder.finish();
    await Promise.all([held, ...asked]);
    expect(order).toEqual(['one', 'other', 'flood', 'one', 'flood', 'flood', 'flood']);
  });

  it('take the last place in a full queue from the address with the most turns, not from a new one', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxWaiting: 2 });
    const holder = heldTask();
    const held = slots.run(stranger('flood'), holder.task);
    const first = slots.run(stranger('flood'), async () => 'first');
    const second = slots.run(stranger('flood'), async () => 'second');
    const other = slots.run(stranger('other'), async () => 'other');
    await expect(second).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(slots.run(stranger('flood'), async () => 'third')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    holder.finish();
    expect(await Promise.all([held, first, other])).toEqual(['done', 'first', 'other']);
  });

  it('remember who had turns, so a flood from many addresses is behind a new one when each had its first', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxWaiting: 2 });
    const flood = ['a', 'b', 'c', 'd'].map(stranger);
    for (const claim of flood) await slots.run(claim, async () => 'tried');
    const holder = heldTask();
    const order: string[] = [];
    const held = slots.run(SOMEBODY, holder.task);
    const refused = Promise.allSettled(flood.map((claim) => slots.run(claim, async () => void order.push(claim.from))));
    const newcomer = slots.run(stranger('new'), async () => void order.push('new'));
    holder.finish();
    await Promise.all([held, refused, newcomer]);
    expect(order).toEqual(['new', 'a']);
  });

  it('serve known people before strangers, until they have had more than their share', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxWaiting: 30 });
    const holder = heldTask();
    const order: string[] = [];
    const held = slots.run(SOMEBODY, holder.task);
    const ask = (claim: Claim): Promise<void> => slots.run(claim, async () => void order.push(claim.from));
    const known = { from: 'known', isKnown: true };
    const asked = [ask(stranger('new')), ...Array.from({ length: 12 }, () => ask(known))];
    holder.finish();
    await Promise.all([held, ...asked]);
    // Ten turns make good the head start; of those who then have as many, the one who came first goes first.
    expect(order.indexOf('new')).toBe(10);
  });

  it('leave one slot free of background work', async () => {
    const slots = makeSlots();
    const [one, two] = [heldTask(), heldTask()];
    const first = slots.runInBackground(one.task);
    let secondStarted = false;
    const second = slots.runInBackground(() => {
      secondStarted = true;
      return two.task();
    });
    await one.started;
    expect(await slots.run(SOMEBODY, async () => 'login')).toBe('login');
    expect(secondStarted).toBe(false);
    one.finish();
    two.finish();
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  });

  it('serve waiting logins before background work that came earlier', async () => {
    const slots = makeSlots({ maxConcurrent: 1 });
    const holder = heldTask();
    const held = slots.run(SOMEBODY, holder.task);
    const order: string[] = [];
    const background = slots.runInBackground(async () => void order.push('import'));
    const login = slots.run(SOMEBODY, async () => void order.push('login'));
    holder.finish();
    await Promise.all([held, background, login]);
    expect(order).toEqual(['login', 'import']);
  });

  it('refuse background work when its queue is full', async () => {
    const slots = makeSlots({ maxConcurrent: 1, maxBackgroundWaiting: 1 });
    const holder = heldTask();
    const held = slots.run(SOMEBODY, holder.task);
    const waiting = slots.runInBackground(async () => 'waited');
    await expect(slots.runInBackground(async () => 'too many')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    holder.finish();
    expect(await Promise.all([held, waiting])).toEqual(['done', 'waited']);
  });
});
