/** The lines of the security log that name this event, oldest first. */
export function securityLines(logs: readonly string[], event: string): Record<string, unknown>[] {
  return logs
    .filter((line) => line.includes('"security":'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['security'] === event);
}
