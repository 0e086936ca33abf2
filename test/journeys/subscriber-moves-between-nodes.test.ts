import { expect, test } from 'vitest';
import { bootstrap } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { findLogFaults, readStoredLog } from '../support/stored-log.ts';
import { createDeployment } from '../support/test-app.ts';

test('what one node writes reaches a subscriber of another, who goes on at the first without a gap or a repeat', async () => {
  await using deployment = await createDeployment();
  await using first = await deployment.startNode();
  await using second = await deployment.startNode();
  // Each start makes a new token in place of the last.
  const { client: admin } = await bootstrap(second.client, second.app.bootstrapToken ?? '');
  const changes = new ScriptedChanges(admin.at(first.url));
  await using follower = await EventFollower.open(admin.at(second.url));

  const alice = await changes.makeUsers();
  await follower.untilEvent(changes.lastEvent);
  follower.cut();
  await changes.rename(alice, 2);
  await follower.connect(admin.at(first.url));
  await changes.makeUsers();
  await follower.untilEvent(changes.lastEvent);

  // The sagas go on: what came is compared with what the log has afterwards.
  const received = follower.events.map(({ id }) => id);
  const log = await readStoredLog(first.sql);
  expect(received).toEqual(log.slice(0, received.length).map(({ id }) => id));
  const told = new Set(changes.acknowledged);
  expect(log.filter(({ id }) => told.has(id)).map(({ id }) => id)).toEqual(changes.acknowledged);
  expect(await findLogFaults(second.sql)).toEqual([]);
});

test('two nodes that write the same users at once keep every user in order for subscribers of both', async () => {
  await using deployment = await createDeployment();
  await using first = await deployment.startNode();
  await using second = await deployment.startNode();
  const { client: admin } = await bootstrap(second.client, second.app.bootstrapToken ?? '');
  const writer = new ScriptedChanges(admin.at(first.url));
  const writers = [writer, new ScriptedChanges(admin.at(second.url))];
  await using atFirst = await EventFollower.open(admin.at(first.url));
  await using atSecond = await EventFollower.open(admin.at(second.url), { transport: 'sse' });

  const users = await Promise.all([writer.create(), writer.create(), writer.create()]);
  await Promise.all(writers.flatMap((each) => users.map(async (user) => each.rename(user, 4))));
  const { length } = await readStoredLog(first.sql);

  await Promise.all([atFirst, atSecond].map((follower) => follower.untilReceived(length)));
  const received = [atFirst, atSecond].map(({ events }) => events.map(({ id }) => id));
  const log = await readStoredLog(first.sql);
  for (const ids of received) expect(ids).toEqual(log.slice(0, ids.length).map(({ id }) => id));
  expect(new Set(log.map(({ id }) => id))).toEqual(
    new Set([
      ...log.filter(({ type }) => type !== 'USER_UPDATED').map(({ id }) => id),
      ...writers.flatMap((w) => w.acknowledged),
    ]),
  );
  expect(await findLogFaults(first.sql)).toEqual([]);
});
