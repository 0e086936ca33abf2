import type { SqlEntityManager } from '@mikro-orm/sql';
import type { z } from 'zod';
import { RequestError } from '../errors.ts';
import type { CommandKind, CommandOutcome, CommandResult } from '../event-bus/command.ts';
import type { CommandBus } from '../event-bus/command-bus.ts';
import type { Viewer } from '../viewer.ts';
import type { Context } from './context.ts';
import { parseInput } from './parse-input.ts';

/** Who may call at all, in the words of the schema: the mutation's field takes it over as its `authScopes`. */
export type CommandScopes =
  | { readonly public: true }
  | { readonly authenticated: true }
  | { readonly permission: string };

/** Nobody is signed in where everybody may call. */
type ViewerOf<Scopes extends CommandScopes> = Scopes extends { public: true } ? Viewer | null : Viewer;

/** Whether changes are let in now. */
export interface WriteGate {
  /** @throws RequestError MAINTENANCE */
  requireOpen(viewer: Viewer | null): Promise<void>;
}

/** Whose command it is, and what it may use; a GraphQL context is one. */
export interface CommandCaller extends Pick<Context, 'viewer' | 'origin' | 'services' | 'em' | 'signal'> {
  /** The program itself goes past the gate: it has none. */
  readonly core: { readonly commands: CommandBus; readonly writes?: WriteGate };
}

/** What clients give beside the input of any command. */
export interface CommandKeys {
  readonly idempotencyKey?: string | null | undefined;
  /** The version the caller decided on: then a conflict is answered, not solved by running again. */
  readonly expectedVersion?: number | null | undefined;
}

interface Asked<Input, Actor extends Viewer | null> extends CommandCaller {
  readonly viewer: Actor;
  readonly input: Input;
  readonly expectedVersion: number | null;
}

interface Running<Input, Actor extends Viewer | null, Prepared> extends Omit<Asked<Input, Actor>, 'core' | 'signal'> {
  /** The transaction's own, the only one to be used in it. */
  readonly em: SqlEntityManager;
  readonly now: Date;
  readonly prepared: Prepared;
}

export interface CommandOptions<
  Input extends z.ZodObject,
  Scopes extends CommandScopes,
  Prepared,
  Result extends CommandResult,
> {
  /** As the mutation is called. */
  readonly name: string;
  /** Of what it changes, and how: what its failure records. */
  readonly aggregateType: string;
  readonly kind: CommandKind;
  readonly authScopes: Scopes;
  /** The names of its fields are the paths of the errors a client sees. Passwords and tokens are `secretInput`. */
  readonly input: Input;
  /** Also while a maintenance window is open, by anybody. */
  readonly duringMaintenance?: true;
  /** Which fields the event of a failure may show: ids, names of permissions, amounts; nothing about a person, for no key of theirs could shred it. */
  readonly shown: readonly (keyof z.output<Input> & string)[];
  /** Who may do this to what the input names, as far as it can be told without loading it. Throws. */
  authorize?(asked: Asked<z.output<Input>, ViewerOf<Scopes>>): void;
  /** Comes before the transaction: what takes long, as hashing does. What is refused here has not run. */
  prepare?(asked: Asked<z.output<Input>, ViewerOf<Scopes>>): Promise<Prepared>;
  /** May run again after a conflict, so it touches nothing but the database. */
  run(running: Running<z.output<Input>, ViewerOf<Scopes>, Prepared>): Promise<Result>;
}

export interface DefinedCommand<Input extends z.ZodObject, Scopes extends CommandScopes, Result extends CommandResult> {
  readonly name: string;
  readonly aggregateType: string;
  readonly kind: CommandKind;
  readonly authScopes: Scopes;
  readonly duringMaintenance: boolean;
  readonly shown: readonly string[];
  /** @throws ValidationError, RequestError UNAUTHENTICATED, FORBIDDEN or MAINTENANCE, and what the command throws. */
  execute(caller: CommandCaller, input: z.input<Input>, keys?: CommandKeys): Promise<CommandOutcome<Result>>;
}

const defined = new Map<string, DefinedCommand<z.ZodObject, CommandScopes, CommandResult>>();

/** Every command of the program, once its modules are loaded. */
export function definedCommands(): readonly DefinedCommand<z.ZodObject, CommandScopes, CommandResult>[] {
  return [...defined.values()];
}

/**
 * Declares a command: everything there is to know of it, in one place.
 *
 * Executed, it goes: who may call → maintenance → input → `authorize` → the idempotency key's earlier answer → `prepare` → one
 * transaction with `run`, the events and the answer, again on a version conflict → the event of its failure.
 */
export function defineCommand<
  Input extends z.ZodObject,
  const Scopes extends CommandScopes,
  Result extends CommandResult,
  Prepared = undefined,
>(options: CommandOptions<Input, Scopes, Prepared, Result>): DefinedCommand<Input, Scopes, Result> {
  const { name, aggregateType, kind, authScopes, shown } = options;
  if (defined.has(name)) throw new Error(`Two commands are called ${name}.`);
  const command: DefinedCommand<Input, Scopes, Result> = {
    name,
    aggregateType,
    kind,
    authScopes,
    duringMaintenance: options.duringMaintenance ?? false,
    shown,
    execute: async (caller, given, keys = {}) => {
      const { core, origin, services, em, signal } = caller;
      const viewer = admit(caller.viewer, authScopes);
      if (!options.duringMaintenance) await core.writes?.requireOpen(viewer);
      const input = parseInput(options.input, given);
      const expectedVersion = keys.expectedVersion ?? null;
      const asked = { core, origin, services, em, signal, viewer, input, expectedVersion };
      options.authorize?.(asked);
      let prepared: Prepared | undefined;
      return core.commands.execute({
        name,
        aggregateType,
        kind,
        viewer,
        origin,
        shown: Object.fromEntries(shown.map((field) => [field, input[field]])),
        idempotency:
          keys.idempotencyKey == null ? null : { key: keys.idempotencyKey, input: { ...input, expectedVersion } },
        retryOnConflict: expectedVersion === null,
        ...(options.prepare && {
          prepare: async () => {
            prepared = await options.prepare?.(asked);
          },
        }),
        run: (scope) =>
          options.run({
            origin,
            services,
            viewer,
            input,
            expectedVersion,
            em: scope.em,
            now: scope.now,
            prepared: prepared as Prepared,
          }),
      });
    },
  };
  defined.set(name, command);
  return command;
}

/** The field has asked the same already; a command may also be called from elsewhere. */
function admit<Scopes extends CommandScopes>(viewer: Viewer | null, scopes: Scopes): ViewerOf<Scopes> {
  if (!('public' in scopes)) {
    if (!viewer) throw new RequestError('UNAUTHENTICATED', 'Sign in first.');
    if ('permission' in scopes && !viewer.permissions.has(scopes.permission))
      throw new RequestError('FORBIDDEN', 'You may not do this.');
  }
  return viewer as ViewerOf<Scopes>;
}
