import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { CommandBus } from '../event-bus/command-bus.ts';
import type { ModuleServices } from './context.ts';
import type { CommandCaller } from './define-command.ts';

/** The program itself, for commands that take nobody who is signed in. One correlation for all it does as this caller. */
export function systemCaller(database: Database, commands: CommandBus, services: ModuleServices): CommandCaller {
  return {
    viewer: null,
    origin: { correlationId: randomUUID(), ipAddress: null, userAgent: null },
    core: { commands },
    services,
    em: database.orm.em.fork(),
    signal: new AbortController().signal,
  };
}
