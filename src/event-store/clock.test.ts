import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { clockTime, runByClock } from './clock.ts';
import { runInEventContext } from './event-context.ts';
import { newEventId, timestampOf } from './event-id.ts';

const PAST = Date.parse('2026-05-04T03:02:01.000Z');

test('what is started by a clock goes by it, also later, and nothing else does', async () => {
  const later = await runByClock(
    () => PAST,
    async () => {
      await delay(1);
      return { time: clockTime(), read: () => newEventId(), ids: Array.from({ length: 300 }, () => newEventId()) };
    },
  );
  expect(later.time).toBe(PAST);
  expect(later.ids.map(timestampOf)).toEqual(later.ids.map(() => '2026-05-04T03:02:01.000Z'));
  expect(later.ids).toEqual(later.ids.toSorted());
  expect(Math.abs(clockTime() - Date.now())).toBeLessThan(1_000);
  expect(timestampOf(later.read()) > '2026-06').toBe(true);
});

test('a clock is told what caused the command that asks', async () => {
  const asked: (string | null)[] = [];
  const metadata = { userId: null, correlationId: 'c', causationId: 'the cause', ipAddress: null, userAgent: null };
  await runByClock(
    (causationId) => asked.push(causationId),
    async () => {
      clockTime();
      await runInEventContext({ commandId: 'id', metadata, recorded: [] }, async () => clockTime());
    },
  );
  expect(asked).toEqual([null, 'the cause']);
});
