import type { Command, CommandResult } from '../../../src/event-bus/command.ts';
import { CommandBus } from '../../../src/event-bus/command-bus.ts';
import { FailedCommands } from '../../../src/event-bus/failed-command.ts';
import type { EventData } from '../../../src/event-store/domain-event.ts';
import { openSampleDatabase, type SampleDatabase, silentLogger } from '../../event-store/sample-database.ts';
import { sampleCommand } from '../sample-command.ts';

export interface RecordingBus extends AsyncDisposable {
  readonly sample: SampleDatabase;
  readonly bus: CommandBus;
  readonly failures: FailedCommands;
}

/** A command bus that records failures, on a database of its own. */
export async function openRecordingBus(kind: 'postgres' | 'embedded' = 'postgres'): Promise<RecordingBus> {
  const sample = await openSampleDatabase(kind);
  const failures = new FailedCommands(sample.database, silentLogger);
  return {
    sample,
    failures,
    bus: new CommandBus(sample.database, sample.log, failures),
    async [Symbol.asyncDispose]() {
      await failures[Symbol.asyncDispose]();
      await sample[Symbol.asyncDispose]();
    },
  };
}

/** Throws once it runs. */
export function failing(error: unknown, overrides: Partial<Omit<Command<CommandResult>, 'run'>> = {}) {
  return sampleCommand(async () => {
    throw error;
  }, overrides);
}

export interface RecordedFailure {
  readonly type: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly version: number;
  readonly subject_id: string;
  readonly command_id: string;
  readonly data: EventData;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function recordedFailures({ database }: SampleDatabase): Promise<RecordedFailure[]> {
  return database.sql<RecordedFailure>(
    `select type, aggregate_type, aggregate_id, version, subject_id, command_id, data, metadata from event
     where type like '%\\_FAILED' order by number`,
  );
}
