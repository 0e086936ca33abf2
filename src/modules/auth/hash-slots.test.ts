import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HashSlots, type HashSlotLimits } from './hash-slots.ts';

const LIMITS: HashSlotLimits = { maxConcurrent: 2, maxWaitMs: 200, maxWaiting: 2, maxBackgroundWaiting: 2 };

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
    const slots = new HashSlots({ ...LIMITS, maxWaiting: 50 });
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await nextTurn();
      running -= 1;
    };
    await Promise.all([
      ...Array.from({ length: 20 }, () => slots.run(work)),
      ...Array.from({ length: 2 }, () => slots.runInBackground(work)),
    ]);
    expect(most).toBe(2);
  });

  it('start waiting tasks in their order of arrival, and a failed task frees its slot', async () => {
    const slots = new HashSlots({ ...LIMITS, maxConcurrent: 1 });
    const order: string[] = [];
    const first = slots.run(() => Promise.reject(new Error('broken')));
    const second = slots.run(async () => void order.push('second'));
    const third = slots.run(async () => void order.push('third'));
    await expect(first).rejects.toThrow('broken');
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
  });

  it('refuse a task that got no slot in time, and never run it', async () => {
    const slots = new HashSlots({ ...LIMITS, maxConcurrent: 1, maxWaitMs: 5 });
    const holder = heldTask();
    const held = slots.run(holder.task);
    let ran = false;
    const refused = slots.run(async () => void (ran = true));
    await expect(refused).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterMs: 5 } });
    holder.finish();
    await held;
    await slots.run(async () => 'free again');
    expect(ran).toBe(false);
  });

  it('refuse at once when the queue is full', async () => {
    const slots = new HashSlots({ ...LIMITS, maxConcurrent: 1, maxWaiting: 1 });
    const holder = heldTask();
    const held = slots.run(holder.task);
    const waiting = slots.run(async () => 'waited');
    await expect(slots.run(async () => 'too many')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    holder.finish();
    expect(await Promise.all([held, waiting])).toEqual(['done', 'waited']);
  });

  it('leave one slot free of background work', async () => {
    const slots = new HashSlots(LIMITS);
    const [one, two] = [heldTask(), heldTask()];
    const first = slots.runInBackground(one.task);
    let secondStarted = false;
    const second = slots.runInBackground(() => {
      secondStarted = true;
      return two.task();
    });
    await one.started;
    expect(await slots.run(async () => 'login')).toBe('login');
    expect(secondStarted).toBe(false);
    one.finish();
    two.finish();
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  });

  it('serve waiting logins before background work that came earlier', async () => {
    const slots = new HashSlots({ ...LIMITS, maxConcurrent: 1 });
    const holder = heldTask();
    const held = slots.run(holder.task);
    const order: string[] = [];
    const background = slots.runInBackground(async () => void order.push('import'));
    const login = slots.run(async () => void order.push('login'));
    holder.finish();
    await Promise.all([held, background, login]);
    expect(order).toEqual(['login', 'import']);
  });

  it('refuse background work when its queue is full', async () => {
    const slots = new HashSlots({ ...LIMITS, maxConcurrent: 1, maxBackgroundWaiting: 1 });
    const holder = heldTask();
    const held = slots.run(holder.task);
    const waiting = slots.runInBackground(async () => 'waited');
    await expect(slots.runInBackground(async () => 'too many')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    holder.finish();
    expect(await Promise.all([held, waiting])).toEqual(['done', 'waited']);
  });
});
