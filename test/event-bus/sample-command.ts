import type { Command, CommandResult, CommandScope } from '../../src/event-bus/command.ts';
import type { Viewer } from '../../src/viewer.ts';
import { Shelf } from '../event-store/sample-library.ts';

export function sampleViewer(userId: string): Viewer {
  return { userId, sessionId: userId, roleName: 'user', permissions: new Set() };
}

export function sampleCommand<Result extends CommandResult>(
  run: (scope: CommandScope) => Promise<Result>,
  overrides: Partial<Omit<Command<Result>, 'run'>> = {},
): Command<Result> {
  return {
    name: 'openShelf',
    aggregateType: 'Shelf',
    kind: 'CREATE',
    shown: {},
    viewer: sampleViewer('0190c0de-0000-7000-8000-00000000000a'),
    origin: { correlationId: '0190c0de-0000-7000-8000-0000000000cc', ipAddress: '192.0.2.1', userAgent: 'sample' },
    ...overrides,
    run,
  };
}

/** Opens a shelf of this name under the idempotency key; the name is the input. */
export function openShelf(
  name: string,
  key: string,
  overrides: Partial<Omit<Command<{ id: string }>, 'run'>> = {},
): Command<{ id: string }> {
  const run = async ({ em }: CommandScope): Promise<{ id: string }> => {
    const shelf = Shelf.open(name);
    em.persist(shelf);
    return { id: shelf.id };
  };
  return sampleCommand(run, { idempotency: { key, input: { name } }, ...overrides });
}
