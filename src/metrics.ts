import type { Counter, Histogram, Registry } from 'prom-client';
import type * as PromClient from 'prom-client';

/** What is read from its owner when somebody asks, each under its labels. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

export type CommandOutcome = 'done' | 'refused' | 'failed';

interface Instruments {
  readonly registries: readonly Registry[];
  readonly commandSeconds: Histogram<'command'>;
  readonly commands: Counter<'command' | 'outcome'>;
  readonly handlerDelay: Histogram<'handler'>;
  readonly subscriberDelay: Histogram;
  readonly makeReadings: (readings: readonly Reading[]) => Registry;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const PREFIX = 'signalbox_';
const A_DEFAULT_METRIC = 'process_cpu_seconds_total';

/**
 * What this process measures of itself, in the text format of Prometheus. Names and labels are those of declarations,
 * never of data: their number is bounded, and nothing personal is among them.
 *
 * The library is loaded once the program serves, so that it delays no start: what happens before is not measured.
 */
export class Metrics {
  #instruments: Instruments | null = null;

  async start(): Promise<void> {
    const library = await import('prom-client');
    const { Counter, Histogram, Registry, collectDefaultMetrics } = library;
    const registry = new Registry();
    // Of the process, and so in the library's own registry, whose names can be taken once.
    if (!library.register.getSingleMetric(A_DEFAULT_METRIC)) collectDefaultMetrics();
    const registers = [registry];
    this.#instruments = {
      registries: [library.register, registry],
      commandSeconds: new Histogram({
        name: `${PREFIX}command_duration_seconds`,
        help: 'From taking a command to its commit, retries included.',
        labelNames: ['command'],
        buckets: SECONDS,
        registers,
      }),
      commands: new Counter({
        name: `${PREFIX}commands_total`,
        help: 'Commands that were done, refused with a typed error, or failed.',
        labelNames: ['command', 'outcome'],
        registers,
      }),
      handlerDelay: new Histogram({
        name: `${PREFIX}handler_delay_seconds`,
        help: 'From recording an event to the checkpoint of a handler behind it.',
        labelNames: ['handler'],
        buckets: SECONDS,
        registers,
      }),
      subscriberDelay: new Histogram({
        name: `${PREFIX}subscriber_delay_seconds`,
        help: 'From recording an event to handing it to the live streams of this process.',
        buckets: SECONDS,
        registers,
      }),
      makeReadings: (readings) => registryOf(readings, library),
    };
  }

  commandEnded(command: string, outcome: CommandOutcome, seconds: number): void {
    this.#instruments?.commandSeconds.observe({ command }, seconds);
    this.#instruments?.commands.inc({ command, outcome });
  }

  eventHandled(handler: string, seconds: number): void {
    this.#instruments?.handlerDelay.observe({ handler }, seconds);
  }

  eventHandedOut(seconds: number): void {
    this.#instruments?.subscriberDelay.observe(seconds);
  }

  /** The exposition, with these readings in it; null while there is nothing yet. */
  async expose(readings: readonly Reading[]): Promise<{ readonly contentType: string; readonly text: string } | null> {
    if (!this.#instruments) return null;
    const { registries, makeReadings } = this.#instruments;
    const shown = makeReadings(readings.filter(({ values }) => values.length > 0));
    const texts = await Promise.all([...registries, shown].map((registry) => registry.metrics()));
    return { contentType: shown.contentType, text: texts.join('') };
  }
}

/** Of this one look: what is not there any more must not be shown as it was. */
function registryOf(
  readings: readonly Reading[],
  { Counter, Gauge, Registry }: Pick<typeof PromClient, 'Counter' | 'Gauge' | 'Registry'>,
): Registry {
  const registry = new Registry();
  for (const { name, help, type, values } of readings) {
    const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const instrument = new (type === 'gauge' ? Gauge : Counter)({
      name: `${PREFIX}${name}`,
      help,
      labelNames,
      registers: [registry],
    });
    for (const { labels = {}, value } of values) instrument.inc(labels, value);
  }
  return registry;
}
