import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '../event-store/define-event.ts';
import { defineSaga } from './define-saga.ts';
import { deadlineOf, nextTurn, type SagaPlace, stepAfter } from './saga-turn.ts';

const event = (type: string) => defineEvent({ type, aggregateType: 'Parcel', data: z.object({}) });
const [Sent, Signed, Refused, Lost] = [event('SENT'), event('SIGNED'), event('REFUSED'), event('LOST')];
const nothing = async (): Promise<void> => undefined;
const saga = defineSaga({
  name: 'delivery',
  startsOn: Sent,
  endsOn: [Lost],
  keyOf: ({ aggregateId }) => aggregateId,
  steps: [
    { name: 'pick', run: nothing, compensate: nothing },
    { name: 'sign', awaits: [Signed, Refused], withinMs: 1_000, run: nothing },
    { name: 'close', run: nothing },
  ],
});
const noon = new Date('2026-06-01T12:00:00Z');
const came = (type: string, position: number) => ({ id: `event-${position}`, type, position });

function place(differing: Partial<SagaPlace> = {}): SagaPlace {
  return {
    status: 'RUNNING',
    step: 'sign',
    completed: ['pick'],
    received: [],
    endedBy: null,
    deadline: null,
    ...differing,
  };
}

describe('a saga', () => {
  test('runs a step that waits for nothing', () => {
    expect(nextTurn(saga, place({ step: 'pick' }), noon)).toMatchObject({
      kind: 'run',
      step: { name: 'pick' },
      cause: null,
    });
  });

  test('waits for an event, until the deadline if there is one', () => {
    expect(nextTurn(saga, place(), noon)).toEqual({ kind: 'wait', until: null });
    const deadline = new Date(noon.getTime() + 1);
    expect(nextTurn(saga, place({ deadline }), noon)).toEqual({ kind: 'wait', until: deadline });
    expect(nextTurn(saga, place({ deadline }), deadline)).toMatchObject({ kind: 'time out', step: { name: 'sign' } });
  });

  test('prefers the event to the deadline, and of several the first in the log', () => {
    const received = [came('LATE', 3), came('REFUSED', 4), came('SIGNED', 5)];
    expect(nextTurn(saga, place({ received, deadline: noon }), noon)).toMatchObject({
      kind: 'run',
      cause: { id: 'event-4' },
    });
  });

  test('is ended by an event wherever it stands, but not while it is taken back', () => {
    const received = [came('SIGNED', 4)];
    expect(nextTurn(saga, place({ received, endedBy: 'event-5' }), noon)).toEqual({ kind: 'cancel' });
    const taken = place({ status: 'COMPENSATING', endedBy: 'event-5' });
    expect(nextTurn(saga, taken, noon)).toMatchObject({ kind: 'compensate', step: { name: 'pick' } });
  });

  test('takes back the last step first, and concludes after the first', () => {
    const taken = place({ status: 'COMPENSATING', completed: ['pick', 'sign'] });
    expect(nextTurn(saga, taken, noon)).toMatchObject({ kind: 'compensate', step: { name: 'sign' } });
    expect(nextTurn(saga, { ...taken, completed: [] }, noon)).toEqual({ kind: 'conclude' });
  });

  test('that stands at a step nobody knows any more says so', () => {
    expect(() => nextTurn(saga, place({ step: 'weigh' }), noon)).toThrow('no step weigh any more');
  });

  test('knows what follows, and until when it waits there', () => {
    expect(stepAfter(saga, 'pick')?.name).toBe('sign');
    expect(stepAfter(saga, 'close')).toBeNull();
    expect(saga.steps.map((step) => deadlineOf(step, noon)?.toISOString() ?? null)).toEqual([
      null,
      '2026-06-01T12:00:01.000Z',
      null,
    ]);
  });

  test('with two steps of one name, or a time-out of a step that waits for nothing, is refused', () => {
    const steps = (...more: { name: string; withinMs?: number }[]) => more.map((step) => ({ ...step, run: nothing }));
    const options = { name: 's', startsOn: Sent, keyOf: () => '' };
    expect(() => defineSaga({ ...options, steps: steps({ name: 'a' }, { name: 'a' }) })).toThrow('share a name');
    expect(() => defineSaga({ ...options, steps: steps({ name: 'a', withinMs: 5 }) })).toThrow('nothing to wait for');
  });
});
