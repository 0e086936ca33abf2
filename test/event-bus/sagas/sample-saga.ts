import { z } from 'zod';
import type { Sql } from '../../../src/database/sql.ts';
import {
  defineSaga,
  type Postponement,
  type Saga,
  type SagaScope,
  type SagaStep,
} from '../../../src/event-bus/define-saga.ts';
import type { StoredEvent } from '../../../src/event-store/domain-event.ts';
import { defineEvent, type EventDefinition } from '../../../src/event-store/define-event.ts';
import { recordEvent } from '../../../src/event-store/record-event.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, type HandlerDeployment, type HandlerNode } from '../handlers/handler-deployment.ts';

/** A parcel is the aggregate of the sample: one saga for each. */
const parcelEvent = (type: string) => defineEvent({ type, aggregateType: 'Parcel', data: z.object({}) });
export const ParcelSent = parcelEvent('PARCEL_SENT');
export const ParcelBooked = parcelEvent('PARCEL_BOOKED');
export const ParcelSigned = parcelEvent('PARCEL_SIGNED');
export const ParcelLost = parcelEvent('PARCEL_LOST');
/** Of another aggregate, about the same parcel. */
const ParcelFailed = defineEvent({
  type: 'PARCEL_FAILED',
  aggregateType: 'Report',
  data: z.object({ error: z.string(), compensated: z.array(z.string()) }),
});

const deliveryState = z.object({ booked: z.int().default(0) });
type Step = SagaStep<typeof ParcelSent, typeof deliveryState>;
type Scope = SagaScope<typeof ParcelSent, typeof deliveryState>;

interface DeliveryOptions {
  /** Called by each step and compensation before it does anything; what it throws is its failure. */
  readonly inspect?: (what: string, scope: Scope) => void | Promise<void>;
  readonly withinMs?: number;
  /** Whether a delivery nobody signs for ends well. */
  readonly forgiving?: boolean;
  /** Whether a forgiving one waits on first, and for how long. */
  readonly waitsOn?: () => Postponement | null;
  readonly name?: string;
}

/** pick, book, wait for the signature, close; each writes down that it was done. */
export function delivery({
  inspect,
  withinMs,
  forgiving = false,
  waitsOn,
  name = 'delivery',
}: DeliveryOptions = {}): Saga {
  const act = async (what: string, scope: Scope): Promise<void> => {
    await inspect?.(what, scope);
    await scope.sql('insert into saga_act (key, what) values ($1, $2)', [scope.key, what]);
  };
  const step = (what: string, undo: string | null, more: Partial<Step> = {}): Step => ({
    name: what,
    run: (scope) => act(what, scope),
    ...(undo === null ? {} : { compensate: (scope: Scope) => act(undo, scope) }),
    ...more,
  });
  const unsigned = async (scope: Scope): Promise<Postponement | null> => {
    const postponement = waitsOn?.() ?? null;
    if (!postponement) await act('unsigned', scope);
    return postponement;
  };
  return defineSaga({
    name,
    startsOn: ParcelSent,
    endsOn: [ParcelLost],
    keyOf: (event: StoredEvent) => event.aggregateId,
    startAt: 'beginning',
    state: deliveryState,
    retry: { maxAttempts: 3 },
    timeoutMs: 10_000,
    steps: [
      step('pick', 'unpick'),
      step('book', 'unbook', {
        async run(scope) {
          await act('book', scope);
          scope.state.booked += 1;
          await recordEvent(scope.em, ParcelBooked, scope.key, {});
        },
      }),
      step('sign', null, {
        awaits: [ParcelSigned],
        ...(withinMs === undefined ? {} : { withinMs }),
        ...(forgiving ? { onTimeout: unsigned } : {}),
      }),
      step('close', null),
    ],
    async onFailed(scope, { error, compensated }) {
      await act('report', scope);
      await recordEvent(scope.em, ParcelFailed, scope.key, { error, compensated: [...compensated] });
    },
  });
}

/** A deployment with the table of the sample saga. */
export async function createSagaDeployment(): Promise<HandlerDeployment> {
  const deployment = await createHandlerDeployment();
  await createActs(deployment.sql);
  return deployment;
}

export async function createActs(sql: Sql): Promise<void> {
  await sql(
    'create table saga_act (number bigint generated always as identity primary key, key text not null, what text not null)',
  );
}

/** What was done for a parcel, in order. */
export async function actsOf(sql: Sql, key: string): Promise<string[]> {
  const rows = await sql<{ what: string }>('select what from saga_act where key = $1 order by number', [key]);
  return rows.map(({ what }) => what);
}

export async function happen(node: Pick<HandlerNode, 'app'>, definition: EventDefinition, ...keys: string[]) {
  return appendTestEvents(
    node.app,
    definition,
    keys.map((aggregateId) => ({ aggregateId, data: {} as never })),
  );
}

export interface Standing {
  readonly id: string;
  readonly status: string;
  readonly step: string;
  readonly error: string | null;
  readonly attempts: number;
  readonly state: { readonly booked?: number };
}

export async function standingOf(sql: Sql, key: string): Promise<Standing | null> {
  const [row] = await sql<Standing>(
    'select id, status, step, error, attempts, state from saga_instance where key = $1',
    [key],
  );
  return row ?? null;
}

export async function untilStatus(sql: Sql, key: string, status: string): Promise<Standing> {
  return waitFor(
    async () => {
      const standing = await standingOf(sql, key);
      return standing?.status === status && standing;
    },
    { describe: `the saga of ${key} to be ${status}`, timeoutMs: 20_000 },
  );
}

/** Until it stands at a step, with nothing failing. */
export async function untilAt(sql: Sql, key: string, step: string): Promise<void> {
  await waitFor(async () => (await standingOf(sql, key))?.step === step, {
    describe: `the saga of ${key} to be at ${step}`,
    timeoutMs: 20_000,
  });
}

/** The history of a saga, as `KIND step`. */
export async function historyOf(sql: Sql, key: string): Promise<string[]> {
  const rows = await sql<{ kind: string; step: string | null }>(
    'select kind, step from saga_transition where key = $1 order by number',
    [key],
  );
  return rows.map(({ kind, step }) => (step === null ? kind : `${kind} ${step}`));
}
