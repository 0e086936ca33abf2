import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineAggregate, on } from './define-aggregate.ts';
import { defineEvent } from './define-event.ts';

const LampLit = defineEvent({ type: 'LAMP_LIT', aggregateType: 'Lamp', data: z.object({}) });
const DoorOpened = defineEvent({ type: 'DOOR_OPENED', aggregateType: 'Door', data: z.object({}) });
const lit = on(LampLit, () => 'lit');

test('an aggregate folds its own events only', () => {
  expect(() =>
    defineAggregate<string>({
      type: 'Lamp',
      foldVersion: 1,
      initial: 'out',
      apply: [lit, on(DoorOpened, () => 'lit')],
    }),
  ).toThrow('DOOR_OPENED is an event of Door, not of Lamp.');
});

test('an event changes the state in one way', () => {
  expect(() => defineAggregate<string>({ type: 'Lamp', foldVersion: 1, initial: 'out', apply: [lit, lit] })).toThrow(
    'share one type',
  );
});
