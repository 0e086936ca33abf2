import { expect, test } from 'vitest';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { openNode, openSampleDatabase, postgresConfig, storedTypes } from '../../event-store/sample-database.ts';
import { openShelf } from '../sample-command.ts';

// The embedded database runs one transaction at a time: fewer show the same there.
test.for([
  { kind: 'postgres', nodes: 1, duplicates: 50 },
  { kind: 'postgres', nodes: 2, duplicates: 50 },
  { kind: 'embedded', nodes: 1, duplicates: 8 },
] as const)(
  'on $kind with $nodes nodes $duplicates duplicates at once run once and all answer alike',
  async (setting) => {
    const { kind, nodes, duplicates } = setting;
    await using sample = await openSampleDatabase(kind);
    await using other = nodes === 1 ? null : await openNode(postgresConfig(sample.url));
    const buses = [sample, other].flatMap((node) => (node ? [new CommandBus(node.database, node.log)] : []));
    let runs = 0;
    const command = openShelf('shelf', 'key');

    const outcomes = await Promise.all(
      Array.from({ length: duplicates }, async (_, index) =>
        buses[index % nodes]?.execute({
          ...command,
          run: (scope) => {
            runs++;
            return command.run(scope);
          },
        }),
      ),
    );

    expect(runs).toBe(1);
    expect(new Set(outcomes.map((outcome) => JSON.stringify([outcome?.commandId, outcome?.result]))).size).toBe(1);
    expect(
      new Set(outcomes.map((outcome) => JSON.stringify(outcome?.events.map((event) => [event.id, event.version]))))
        .size,
    ).toBe(1);
    expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
  },
);
