/** The same server, user and parameters, another database. */
export function withDatabaseName(url: string, name: string): string {
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
}
