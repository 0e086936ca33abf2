/**
 * The statements of a script, since the embedded database takes one at a time. A statement ends with a semicolon at the
 * end of a line, outside `$$ … $$`.
 */
export function statements(script: string): string[] {
  const ends = /;[ \t]*$(?=(?:[^$]*\$\$[^$]*\$\$)*[^$]*$(?![^]))/m;
  return script
    .split(new RegExp(ends, 'gm'))
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
