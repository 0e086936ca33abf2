// Asks the registry for advisories against what is installed in production. High and critical ones fail, unless
// docs/advisories.json says who answers for one and until when. A registry that answers no audits is a skip, said loudly:
// whether there is one depends on where this runs.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PATIENCE_MS = 60_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const SEVERE: ReadonlySet<string> = new Set(['high', 'critical']);

/** Somebody looked at it and answers for it until that day (YYYY-MM-DD). */
export interface KnownAdvisory {
  readonly id: string;
  readonly package: string;
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
}

export interface Verdict {
  readonly failures: readonly string[];
  /** Why nothing was found out; null when something was. */
  readonly skipped: string | null;
}

interface Advisory {
  readonly name: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

interface AuditReport {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (Advisory | string)[] }>>;
}

export async function knownAdvisories(): Promise<readonly KnownAdvisory[]> {
  const text = await readFile(join(ROOT, 'docs/advisories.json'), 'utf8');
  return (JSON.parse(text) as { advisories: readonly KnownAdvisory[] }).advisories;
}

/** Reads what `npm audit --json` printed. */
export function verdictOf(output: string, known: readonly KnownAdvisory[], today: string): Verdict {
  const report = (output.trim() === '' ? {} : JSON.parse(output)) as AuditReport;
  if (!report.vulnerabilities) return { failures: [], skipped: report.message ?? 'no answer' };
  const answeredFor = new Set(known.filter(({ until }) => until >= today).map(({ id }) => id));
  const severe = Object.values(report.vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((cause) => typeof cause !== 'string')
    .filter(({ severity, url }) => SEVERE.has(severity) && !answeredFor.has(idOf(url)));
  const failures = new Set(
    severe.map(({ url, severity, name, title }) => `${idOf(url)} (${severity}) in ${name}: ${title}`),
  );
  return { failures: [...failures], skipped: null };
}

function idOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function runAudit(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  // It exits with 1 when it finds something: what counts is what it prints.
  execFile(
    'npm',
    ['audit', '--omit=dev', '--json'],
    { cwd: ROOT, maxBuffer: MAX_OUTPUT_BYTES, timeout: PATIENCE_MS },
    (_error, stdout) => resolve(stdout),
  );
  return promise;
}

async function main(): Promise<void> {
  const verdict = verdictOf(await runAudit(), await knownAdvisories(), new Date().toISOString().slice(0, 10));
  if (verdict.skipped !== null) {
    console.log(`SKIPPED: the registry answers no audits (${verdict.skipped}). Run npm run audit where it does.`);
    return;
  }
  for (const failure of verdict.failures) console.error(failure);
  if (verdict.failures.length > 0) process.exitCode = 1;
  else console.log('No high advisories that nobody answers for.');
}

if (import.meta.main) await main();
