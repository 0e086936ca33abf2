/** Of every line, and of no use to who reads them as they come. */
const LEFT_OUT = new Set(['time', 'level', 'msg', 'err', 'pid', 'hostname']);

interface LogLine {
  readonly time?: string;
  readonly level?: string;
  readonly msg?: string;
  readonly err?: { readonly type?: string; readonly message?: string; readonly stack?: string };
}

/**
 * A line of the log for a person at a terminal: `12:30:01 info  Signalbox is listening url=http://… role=all`, and below it
 * the stack of an error. What the JSON escapes stays escaped: a terminal would act on it.
 */
export function plainLine(json: string): string {
  const line = JSON.parse(json) as LogLine & Readonly<Record<string, unknown>>;
  const { time = '', level = '', msg = '', err } = line;
  const fields = Object.entries(line)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => `${escaped(name)}=${typeof value === 'string' ? escaped(value) : JSON.stringify(value)}`);
  const first = [time.slice(11, 19), level.padEnd(5), escaped(msg), ...fields].join(' ').trimEnd();
  const stack = err?.stack?.split('\n') ?? (err ? [`${err.type}: ${err.message}`] : []);
  return [first, ...stack.map((part) => `  ${escaped(part)}`)].join('\n');
}

/** As in JSON, but for the quotation marks. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}
