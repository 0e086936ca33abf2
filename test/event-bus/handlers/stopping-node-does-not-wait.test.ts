import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, type HandlerNode, readLanes, untilCaughtUp } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, ascending, entries } from './sample-ledger.ts';

/** A node drains its clients and stops its handlers at the same time; the former can be asked for. */
async function isDraining({ app }: HandlerNode): Promise<boolean> {
  try {
    return !(await fetch(`${app.transport.url.replace(/\/graphql$/, '')}/health/ready`)).ok;
  } catch {
    // It does not listen any more.
    return true;
  }
}

test('a node that stops lets effects under way end, begins no further ones, and hands its lanes back', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const begun: string[] = [];
  const arrive = Promise.withResolvers<void>();
  const deliver = async (event: { readonly id: string }): Promise<undefined> => {
    begun.push(event.id);
    await arrive.promise;
  };
  const handler = courier({ lanes: 1, concurrency: 2, timeoutMs: 60_000, deliver });
  const stopping = await deployment.startNode([handler]);
  const ids = await appendEntries(sql, entries(20, 20));
  await waitFor(() => begun.length === 2, { describe: 'two effects under way' });
  const stopped = stopping[Symbol.asyncDispose]();
  await waitFor(() => isDraining(stopping), { describe: 'the stop to begin' });
  arrive.resolve();
  await stopped;
  const begunUntilStop = begun.length;
  expect((await readLanes(sql)).filter(({ holder }) => holder === stopping.id)).toEqual([]);
  await using _next = await deployment.startNode([handler]);
  await untilCaughtUp(sql, 'courier');
  expect(begunUntilStop).toBeLessThan(ids.length);
  expect(begun.toSorted(ascending)).toEqual(ids.toSorted(ascending));
});
